# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/model.c \
	%D%/model.h \
	%D%/model_chains.c \
	%D%/model_fd.c \
	%D%/model_files.c \
	%D%/model_internal.h \
	%D%/model_maps.c \
	%D%/model_node.c \
	%D%/model_objects.c \
	%D%/model_pins.c \
	%D%/model_programs.c \
	%D%/model_seed.c \
	%D%/model_tree.c \
	%D%/model_world.c \
	%D%/model_world.h \
	%D%/model_world_objects.c
