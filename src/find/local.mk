# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/find.c \
	%D%/find.h \
	%D%/find_entries.c \
	%D%/find_get.c \
	%D%/find_links.c \
	%D%/find_list.c \
	%D%/find_pins.c \
	%D%/find_processes.c \
	%D%/find_programs.c \
	%D%/find_unread.c
