# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/cause.c \
	%D%/causes.def \
	%D%/clock.h \
	%D%/enum_name.c \
	%D%/error.c \
	%D%/error.h \
	%D%/error_text.c \
	%D%/error_text.h \
	%D%/fd.c \
	%D%/fd.h \
	%D%/getter.h \
	%D%/handle.c \
	%D%/handle.h \
	%D%/hash_index.c \
	%D%/hash_index.h \
	%D%/interleave.h \
	%D%/libbpf_log.c \
	%D%/libbpf_log.h \
	%D%/number.c \
	%D%/number.h \
	%D%/opts.c \
	%D%/opts.h \
	%D%/path_problem.c \
	%D%/path_problem.h \
	%D%/retry.c \
	%D%/retry.h \
	%D%/shell_word.c \
	%D%/shell_word.h \
	%D%/string_list.c \
	%D%/string_list.h \
	%D%/suggest.c \
	%D%/suggest.h \
	%D%/text.c \
	%D%/text.h \
	%D%/utf8.c \
	%D%/utf8.h \
	%D%/version.c
