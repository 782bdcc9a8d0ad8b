/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "escape.h"
#include "error_report.h"
#include "chain_set.h"

#include <stdio.h>

static enum exit_status show_one(const struct options *options, cgswap_session *session)
{
	struct describer describer = { .options = options };
	enum exit_status status = EXIT_DONE;
	cgswap_chain *chain;

	if (view_open(&chain, session, options->arguments[0], options->arguments[1]))
		return refuse_last(options);
	if (view_describe(&describer, chain) != CGSWAP_OK)
		status = refuse_last(options);
	else if (!view_print(options, chain))
		status = refuse_memory(options, false);
	cgswap_chain_unref(chain);
	return status;
}

static bool print_set(const struct options *options, const struct view_set *set)
{
	size_t i;

	if (options->given & OPTION_JSON)
		return json_print(json_wrap("chains", json_view_set(set)));
	for (i = 0; i < set->length; i++) {
		if (i > 0)
			putchar('\n');
		if (!view_print_table(set->chains[i]))
			return false;
	}
	if (set->length == 0) {
		plain_print(stdout, options->arguments[0]);
		puts(": no program is attached");
	}
	return true;
}

static enum exit_status show_all(const struct options *options, cgswap_session *session)
{
	struct describer describer = { .options = options };
	enum exit_status status = EXIT_DONE;
	struct type_list list;
	struct view_set set;

	if (type_list_read(&list, session) != CGSWAP_OK ||
	    view_set_open(&set, session, options->arguments[0], &list, &describer) != CGSWAP_OK)
		return refuse_last(options);
	if (!print_set(options, &set))
		status = refuse_memory(options, false);
	view_set_close(&set);
	return status;
}

enum exit_status cmd_show(const struct options *options)
{
	enum exit_status status;
	cgswap_session *session;

	status = view_session_open(options, &session);
	if (status != EXIT_DONE)
		return status;
	status = options->length > 1 ? show_one(options, session) : show_all(options, session);
	cgswap_session_unref(session);
	return status;
}
