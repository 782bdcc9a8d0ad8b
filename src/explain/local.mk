# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/explain.c \
	%D%/explain.h \
	%D%/explain_cause.c \
	%D%/explain_cause.h \
	%D%/explain_chain.c \
	%D%/explain_unmatched.c \
	%D%/observe.c \
	%D%/observe.h
