# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/dropped_maps.c \
	%D%/dropped_maps.h \
	%D%/load_cache.c \
	%D%/load_cache.h \
	%D%/load_key.c \
	%D%/load_key.h \
	%D%/load_set.c \
	%D%/load_set.h \
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
	%D%/map_reuse_explain.c \
	%D%/map_reuse_internal.h \
	%D%/map_reuse_load.c \
	%D%/map_reuse_nested.c \
	%D%/map_reuse_pins.c \
	%D%/map_reuse_read.c \
	%D%/map_reuse_set.c \
	%D%/map_reuse_share.c \
	%D%/map_reuse_use.c \
	%D%/object_load.c \
	%D%/object_load.h \
	%D%/program_handle.c \
	%D%/program_handle.h \
	%D%/program_maps.c \
	%D%/program_maps.h \
	%D%/source.c \
	%D%/source.h
