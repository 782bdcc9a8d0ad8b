# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/history_get.c \
	%D%/history_handle.c \
	%D%/history_handle.h \
	%D%/history_memory.c \
	%D%/journal.h \
	%D%/journal_errors.c \
	%D%/journal_file.c \
	%D%/journal_forget.c \
	%D%/journal_handle.c \
	%D%/journal_handle.h \
	%D%/journal_history.c \
	%D%/journal_kept.c \
	%D%/journal_loaded.c \
	%D%/journal_lock.c \
	%D%/journal_map_pins.c \
	%D%/journal_maps.c \
	%D%/journal_noted.c \
	%D%/journal_pins.c \
	%D%/journal_record.c \
	%D%/journal_record.h \
	%D%/journal_resume.c \
	%D%/journal_shelf.c \
	%D%/journal_sweep.c \
	%D%/journal_text.c \
	%D%/journal_text.h \
	%D%/journal_who.c \
	%D%/journal_write.c
