# SPDX-License-Identifier: BSD-2-Clause

bin_PROGRAMS += %D%/cgswap

%C%_cgswap_SOURCES = \
	%D%/cells.c %D%/cells.h \
	%D%/cgswap.c \
	%D%/cmd_attach.c \
	%D%/cmd_detach.c \
	%D%/cmd_explain.c \
	%D%/cmd_features.c \
	%D%/cmd_inspect.c \
	%D%/cmd_replace.c \
	%D%/cmd_show.c \
	%D%/cmd_tree.c \
	%D%/commands.h \
	%D%/help.c %D%/help.h \
	%D%/json.c %D%/json.h \
	%D%/mask.c %D%/mask.h \
	%D%/near.c %D%/near.h \
	%D%/option_table.c %D%/option_table.h \
	%D%/options.c %D%/options.h \
	%D%/output.c %D%/output.h \
	%D%/plain.c %D%/plain.h \
	%D%/refusal.c %D%/refusal.h \
	%D%/replaced.c %D%/replaced.h \
	%D%/view.c %D%/view.h \
	%D%/view_set.c %D%/view_set.h
%C%_cgswap_LDADD = src/libcgswap.la $(JANSSON_LIBS)
