# SPDX-License-Identifier: BSD-2-Clause
#
# The command. It uses include/cgswap.h only, but for src/base/suggest.c, which it compiles itself.

bin_PROGRAMS += %D%/cgswap

%C%_cgswap_SOURCES = \
	%D%/chain_set.c \
	%D%/chain_set.h \
	%D%/cmd_attach.c \
	%D%/cmd_detach.c \
	%D%/cmd_explain.c \
	%D%/cmd_features.c \
	%D%/cmd_inspect.c \
	%D%/cmd_replace.c \
	%D%/cmd_show.c \
	%D%/cmd_tree.c \
	%D%/commands.h \
	%D%/error_report.c \
	%D%/error_report.h \
	%D%/escape.c \
	%D%/escape.h \
	%D%/feature_mask.c \
	%D%/feature_mask.h \
	%D%/help.c \
	%D%/help.h \
	%D%/json.c \
	%D%/json.h \
	%D%/main.c \
	%D%/option_table.c \
	%D%/option_table.h \
	%D%/options.c \
	%D%/options.h \
	%D%/print_cells.c \
	%D%/print_cells.h \
	%D%/print_chain.c \
	%D%/print_chain.h \
	%D%/print_replace.c \
	%D%/print_replace.h \
	%D%/table.c \
	%D%/table.h \
	src/base/suggest.c \
	src/base/suggest.h
%C%_cgswap_CFLAGS = $(AM_CFLAGS)
%C%_cgswap_LDADD = src/libcgswap.la $(JANSSON_LIBS)
