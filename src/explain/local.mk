# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/ancestor.c \
	%D%/ancestor.h \
	%D%/ask_in_vain.c \
	%D%/ask_in_vain.h \
	%D%/change.c \
	%D%/change.h \
	%D%/explain.c \
	%D%/explain.h \
	%D%/explain_cause.c \
	%D%/explain_cause.h \
	%D%/explain_chain.c \
	%D%/explain_chain.h \
	%D%/explain_unmatched.c \
	%D%/explain_unmatched.h \
	%D%/observe.c \
	%D%/observe.h \
	%D%/observe_ancestors.c \
	%D%/observe_earlier.c
