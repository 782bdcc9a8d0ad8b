/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "chain_set.h"
#include "report.h"
#include "effective.h"
#include "json_chain.h"
#include "open.h"
#include "print_chain.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

/* Reports a failure of this thread's last call, or of the command itself. */
static enum exit_status show_failed(const struct options *options, enum cgswap_status status)
{
	return status == CGSWAP_E_NO_MEMORY ? report_no_memory(options, false)
					    : report_last_error(options);
}

static enum cgswap_status show_read(struct effective *effective, struct describe *describe,
				    cgswap_session *session, cgswap_chain *chain)
{
	*effective = (struct effective){ .length = 0 };
	if (describe->options->given & OPTION_EFFECTIVE)
		return effective_read(effective, describe, session, chain);
	return describe_chain(describe, chain);
}

static enum exit_status show_chain(const struct options *options, cgswap_session *session,
				   const char *cgroup)
{
	struct describe describe = { .options = options };
	enum exit_status result = EXIT_DONE;
	struct effective effective;
	enum cgswap_status status;
	cgswap_chain *chain;

	if (open_chain_readable(&chain, session, cgroup, options->arguments[1]))
		return report_last_error(options);
	status = show_read(&effective, &describe, session, chain);
	if (status != CGSWAP_OK)
		result = show_failed(options, status);
	else if (!json_print_or(options->given & OPTION_JSON,
				json_chain_effective(chain, &effective), print_chain))
		result = report_no_memory(options, false);
	effective_free(&effective);
	cgswap_chain_unref(chain);
	return result;
}

static bool show_print_chains(const json_t *o)
{
	return print_chain_list(json_object_get(o, "chains"));
}

static bool show_print_set(const struct options *options, const struct chain_set *set)
{
	if (set->length > 0 || options->given & OPTION_JSON)
		return json_print_or(options->given & OPTION_JSON,
				     json_wrap("chains", json_chain_set(set)), show_print_chains);
	table_print_heading(cgswap_chain_get_cgroup(set->first));
	puts(options->given & OPTION_EFFECTIVE ? "no program runs" : "no program is attached");
	return true;
}

static enum exit_status show_all_chains(const struct options *options, cgswap_session *session,
					const char *cgroup)
{
	struct describe describe = { .options = options };
	enum exit_status result = EXIT_DONE;
	enum cgswap_status status;
	struct type_list list;
	struct chain_set set;

	status = type_list_read(&list, session);
	if (status == CGSWAP_OK)
		status = chain_set_open(&set, session, cgroup, &list, &describe);
	if (status != CGSWAP_OK)
		return show_failed(options, status);
	if (!show_print_set(options, &set))
		result = report_no_memory(options, false);
	chain_set_close(&set);
	return result;
}

enum exit_status cmd_show(const struct options *options)
{
	enum exit_status status;
	cgswap_session *session;
	char *cgroup;

	status = open_session_and_cgroup(options, &session, &cgroup);
	if (status != EXIT_DONE)
		return status;
	if (options->length > 1)
		status = show_chain(options, session, cgroup);
	else
		status = show_all_chains(options, session, cgroup);
	free(cgroup);
	cgswap_session_unref(session);
	return status;
}
