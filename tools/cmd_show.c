/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "chain_set.h"
#include "report.h"
#include "escape.h"
#include "json_chain.h"
#include "open.h"
#include "print_chain.h"

#include <stdio.h>

static enum exit_status show_chain(const struct options *options, cgswap_session *session)
{
	struct describe describe = { .options = options };
	enum exit_status status = EXIT_DONE;
	cgswap_chain *chain;

	if (open_chain_readable(&chain, session, options->arguments[0], options->arguments[1]))
		return report_last_error(options);
	if (describe_chain(&describe, chain) != CGSWAP_OK)
		status = report_last_error(options);
	else if (!print_chain(options, chain))
		status = report_no_memory(options, false);
	cgswap_chain_unref(chain);
	return status;
}

static bool show_print_set(const struct options *options, const struct chain_set *set)
{
	size_t i;

	if (options->given & OPTION_JSON)
		return json_print(json_wrap("chains", json_chain_set(set)));
	for (i = 0; i < set->length; i++) {
		if (i > 0)
			putchar('\n');
		if (!print_chain_table(set->chains[i]))
			return false;
	}
	if (set->length == 0) {
		escape_print(stdout, options->arguments[0]);
		puts(": no program is attached");
	}
	return true;
}

static enum exit_status show_all_chains(const struct options *options, cgswap_session *session)
{
	struct describe describe = { .options = options };
	enum exit_status status = EXIT_DONE;
	struct type_list list;
	struct chain_set set;

	if (type_list_read(&list, session) != CGSWAP_OK ||
	    chain_set_open(&set, session, options->arguments[0], &list, &describe) != CGSWAP_OK)
		return report_last_error(options);
	if (!show_print_set(options, &set))
		status = report_no_memory(options, false);
	chain_set_close(&set);
	return status;
}

enum exit_status cmd_show(const struct options *options)
{
	enum exit_status status;
	cgswap_session *session;

	status = open_session(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (options->length > 1)
		status = show_chain(options, session);
	else
		status = show_all_chains(options, session);
	cgswap_session_unref(session);
	return status;
}
