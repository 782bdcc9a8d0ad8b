# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/constant_choice.c \
	%D%/constant_choice.h \
	%D%/constant_decide.c \
	%D%/constant_errors.c \
	%D%/constant_internal.h \
	%D%/constant_pair.c \
	%D%/constant_pair.h \
	%D%/constant_plan.c \
	%D%/constant_plan.h \
	%D%/constant_read.c \
	%D%/constant_report.c \
	%D%/constant_report.h \
	%D%/constant_result.c \
	%D%/dropped_maps.c \
	%D%/dropped_maps.h \
	%D%/load_cache.c \
	%D%/load_cache.h \
	%D%/load_key.c \
	%D%/load_key.h \
	%D%/map_choice.c \
	%D%/map_choice.h \
	%D%/map_match.c \
	%D%/map_match.h \
	%D%/map_reuse.c \
	%D%/map_reuse.h \
	%D%/map_reuse_array.c \
	%D%/map_reuse_candidates.c \
	%D%/map_reuse_choose.c \
	%D%/map_reuse_errors.c \
	%D%/map_reuse_internal.h \
	%D%/map_reuse_load.c \
	%D%/map_reuse_nested.c \
	%D%/map_reuse_pins.c \
	%D%/map_reuse_read.c \
	%D%/map_reuse_share.c \
	%D%/map_reuse_use.c \
	%D%/program_handle.c \
	%D%/program_maps.c \
	%D%/program_maps.h \
	%D%/source.c \
	%D%/source.h
