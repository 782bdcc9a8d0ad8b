# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/rules.c \
	%D%/rules.h \
	%D%/rules_check.c \
	%D%/rules_check.h \
	%D%/rules_link.c \
	%D%/rules_position.c \
	%D%/rules_position.h \
	%D%/rules_query.c
