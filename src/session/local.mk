# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/session.c \
	%D%/session.h \
	%D%/session_call.c \
	%D%/session_features.c \
	%D%/session_log.c \
	%D%/session_log.h \
	%D%/session_open.c \
	%D%/session_probe.c \
	%D%/session_probe.h
