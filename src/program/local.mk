# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/map_claim.c \
	%D%/map_claim.h \
	%D%/map_claimant.c \
	%D%/map_claimant.h \
	%D%/map_pin.c \
	%D%/map_pin.h \
	%D%/map_pin_search.c \
	%D%/pin.c \
	%D%/pin.h \
	%D%/pin_directory.c \
	%D%/pin_leftover.c \
	%D%/pin_leftover.h \
	%D%/pin_leftover_list.c \
	%D%/pin_swap.c \
	%D%/pin_temp.c \
	%D%/pin_temp.h \
	%D%/pin_walk.c \
	%D%/pin_walk.h \
	%D%/program.c \
	%D%/program.h \
	%D%/program_label.c \
	%D%/program_map.c \
	%D%/program_shelf.c \
	%D%/program_shelf.h \
	%D%/program_table.c \
	%D%/program_table.h
