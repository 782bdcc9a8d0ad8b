/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "commit.h"
#include "report.h"
#include "open.h"

static enum exit_status replace_and_report(const struct options *options, cgswap_session *session,
					   cgswap_replace *replace)
{
	struct old_program old = { .name = NULL };
	struct steps steps = {
		.options = options,
		.session = session,
		.replace = replace,
		.done = "replaced",
		.source = options->arguments[3],
		.old = &old,
	};
	enum exit_status status;

	if (!(options->given & OPTION_JSON))
		old_program_read(&old, cgswap_replace_get_step(replace, 0));
	status = commit_and_report(&steps, replace);
	old_program_free(&old);
	return status;
}

static enum exit_status replace_and_print(const struct options *options, cgswap_session *session,
					  cgswap_chain *chain)
{
	const char *selector = options->arguments[2], *source = options->arguments[3];
	const struct cgswap_replace_opts replace_opts = commit_opts(options);
	const struct cgswap_step_opts step_opts = commit_step_opts(options);
	enum exit_status status;
	cgswap_replace *replace;

	if (cgswap_replace_new(&replace, session, &replace_opts) != CGSWAP_OK)
		return report_last_error(options);
	if (cgswap_replace_add_source(replace, chain, selector, source, &step_opts) != CGSWAP_OK)
		status = report_last_error(options);
	else
		status = replace_and_report(options, session, replace);
	cgswap_replace_unref(replace);
	return status;
}

enum exit_status cmd_replace(const struct options *options)
{
	if (options->of_object)
		return cmd_replace_object(options);
	if (options->given & OPTIONS_MANY)
		return cmd_replace_many(options);
	return open_chain_and_run(options, replace_and_print);
}
