# SPDX-License-Identifier: BSD-2-Clause

src_libcgswap_core_la_SOURCES += \
	%D%/chain.c \
	%D%/chain.h \
	%D%/chain_attach.c \
	%D%/chain_describe.c \
	%D%/chain_detach.c \
	%D%/chain_find.c \
	%D%/chain_find.h \
	%D%/chain_holders.c \
	%D%/chain_holders.h \
	%D%/chain_leftovers.c \
	%D%/chain_position.c \
	%D%/chain_position.h \
	%D%/chain_resolve.c \
	%D%/chain_resolve.h \
	%D%/chain_retry.c \
	%D%/chain_retry.h \
	%D%/chain_target.c \
	%D%/chain_target.h \
	%D%/change_log.c \
	%D%/change_log.h \
	%D%/entry.c \
	%D%/selector.c \
	%D%/selector.h
