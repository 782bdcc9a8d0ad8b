# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/clean.c \
	%D%/clean.h \
	%D%/clean_cgroups.c \
	%D%/clean_list.c \
	%D%/clean_pins.c
