# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/btf_check.c \
	%D%/btf_check.h \
	%D%/btf_layout.c \
	%D%/btf_layout.h \
	%D%/btf_util.c \
	%D%/btf_util.h \
	%D%/constant.c \
	%D%/constant.h \
	%D%/constant_report.c \
	%D%/constant_report.h \
	%D%/constant_value.c \
	%D%/elf_check.c \
	%D%/elf_check.h \
	%D%/function_table.c \
	%D%/function_table.h \
	%D%/inspect.c \
	%D%/inspect.h \
	%D%/legacy_maps.c \
	%D%/legacy_maps.h \
	%D%/map_def.c \
	%D%/map_def.h \
	%D%/map_fault.c \
	%D%/map_fault.h \
	%D%/map_spec.c \
	%D%/map_spec.h \
	%D%/metadata.c \
	%D%/metadata.h \
	%D%/metadata_value.c \
	%D%/needed_maps.c \
	%D%/needed_maps.h \
	%D%/object.c \
	%D%/object.h \
	%D%/object_age.c \
	%D%/object_age.h \
	%D%/object_file.c \
	%D%/object_file.h \
	%D%/object_handle.c \
	%D%/object_handle.h \
	%D%/object_log.c \
	%D%/object_log.h \
	%D%/prog_array.c \
	%D%/prog_array.h \
	%D%/select_program.c \
	%D%/select_program.h
