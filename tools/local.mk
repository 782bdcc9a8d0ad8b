# SPDX-License-Identifier: BSD-2-Clause
#
# The command. Of the library it includes cgswap.h and what needs no symbol that is not
# exported: abi/fields.h, base/clock.h, and base/shell_word.c, suggest.c and utf8.c,
# which it compiles.

if BUILD_COMMAND
bin_PROGRAMS += %D%/cgswap

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = %D%/completions/bash/cgswap
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = %D%/completions/zsh/_cgswap
fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_fishcompletion_DATA = %D%/completions/fish/cgswap.fish
endif

%C%_cgswap_SOURCES = \
	src/base/clock.h \
	src/base/shell_word.c \
	src/base/shell_word.h \
	src/base/suggest.c \
	src/base/suggest.h \
	src/base/utf8.c \
	src/base/utf8.h \
	%D%/attached_constants.c \
	%D%/attached_constants.h \
	%D%/cgroup_argument.c \
	%D%/cgroup_argument.h \
	%D%/chain_set.c \
	%D%/chain_set.h \
	%D%/cmd_attach.c \
	%D%/cmd_clean.c \
	%D%/cmd_detach.c \
	%D%/cmd_explain.c \
	%D%/cmd_features.c \
	%D%/cmd_find.c \
	%D%/cmd_help.c \
	%D%/cmd_history.c \
	%D%/cmd_inspect.c \
	%D%/cmd_object.c \
	%D%/cmd_recover.c \
	%D%/cmd_replace.c \
	%D%/cmd_replace_many.c \
	%D%/cmd_show.c \
	%D%/cmd_tree.c \
	%D%/cmd_types.c \
	%D%/cmd_undo.c \
	%D%/commands.c \
	%D%/commands.h \
	%D%/commit.c \
	%D%/commit.h \
	%D%/complete.c \
	%D%/complete.h \
	%D%/describe.c \
	%D%/describe.h \
	%D%/effective.c \
	%D%/effective.h \
	%D%/escape.c \
	%D%/escape.h \
	%D%/feature_mask.c \
	%D%/feature_mask.h \
	%D%/health.c \
	%D%/health.h \
	%D%/help.c \
	%D%/help.h \
	%D%/json.c \
	%D%/json.h \
	%D%/json_chain.c \
	%D%/json_chain.h \
	%D%/json_record.c \
	%D%/json_record.h \
	%D%/json_replace.c \
	%D%/json_replace.h \
	%D%/leftovers.c \
	%D%/leftovers.h \
	%D%/main.c \
	%D%/many_cgroups.c \
	%D%/many_cgroups.h \
	%D%/many_findings.c \
	%D%/many_findings.h \
	%D%/maps_apart.c \
	%D%/maps_apart.h \
	%D%/open.c \
	%D%/open.h \
	%D%/option_rules.c \
	%D%/option_rules.h \
	%D%/option_table.c \
	%D%/option_table.h \
	%D%/options.c \
	%D%/options.h \
	%D%/print_chain.c \
	%D%/print_chain.h \
	%D%/print_findings.c \
	%D%/print_findings.h \
	%D%/print_journal.c \
	%D%/print_journal.h \
	%D%/print_many.c \
	%D%/print_many.h \
	%D%/print_steps.c \
	%D%/print_steps.h \
	%D%/progress.c \
	%D%/progress.h \
	%D%/report.c \
	%D%/report.h \
	%D%/report_line.c \
	%D%/report_line.h \
	%D%/run_count.c \
	%D%/run_count.h \
	%D%/signals.c \
	%D%/signals.h \
	%D%/step_names.c \
	%D%/step_names.h \
	%D%/table.c \
	%D%/table.h \
	%D%/table_json.c \
	%D%/time_text.c \
	%D%/time_text.h
%C%_cgswap_CFLAGS = $(AM_CFLAGS)
%C%_cgswap_LDADD = src/abi/libfields.la src/libcgswap.la $(JANSSON_LIBS) $(SMARTCOLS_LIBS)
