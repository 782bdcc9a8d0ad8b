/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "json_replace.h"
#include "open.h"
#include "print_replace.h"

static enum cgswap_status replace_commit(const struct options *options, cgswap_replace *replace)
{
	if (options_dry_run(options))
		return cgswap_replace_check(replace);
	return cgswap_replace_commit(replace, NULL);
}

enum drain { DRAIN_NOT_ASKED, DRAIN_DONE, DRAIN_FAILED };

static enum drain replace_drain(const struct options *options, cgswap_replace *replace)
{
	if (!(options->given & OPTION_DRAIN) || options_dry_run(options))
		return DRAIN_NOT_ASKED;
	return cgswap_replace_drain(replace) == CGSWAP_OK ? DRAIN_DONE : DRAIN_FAILED;
}

/* Reports what was replaced; if draining failed, the error is the last one of this thread. */
static enum exit_status replace_report(const struct options *options, cgswap_session *session,
				       const cgswap_replace *replace, const struct old_program *old,
				       enum drain drain)
{
	cgswap_error *error = drain == DRAIN_FAILED ? cgswap_error_dup() : NULL;
	enum exit_status status = EXIT_DONE;
	json_t *done = NULL;
	bool ok;

	if (old->error)
		report_warning(options, "the old program's name is not shown", old->error);
	if (options->given & OPTION_JSON) {
		done = json_steps(options, "replaced", replace);
		/* report_error_after_change() prints it together with the error */
		ok = drain == DRAIN_FAILED ? done != NULL : json_print(done);
	} else {
		ok = print_replaced(options, session, cgswap_replace_get_step(replace, 0), old,
				    drain == DRAIN_DONE);
	}
	if (!ok)
		status = report_no_memory(options, !options_dry_run(options));
	else if (drain == DRAIN_FAILED)
		status = report_error_after_change(options, error, done);
	cgswap_error_free(error);
	return status;
}

static enum exit_status replace_commit_and_report(const struct options *options,
						  cgswap_session *session, cgswap_replace *replace)
{
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);
	struct old_program old = { .known = false };
	enum exit_status status;

	if (!(options->given & OPTION_JSON))
		old_program_read(&old, step);
	if (replace_commit(options, replace) == CGSWAP_OK)
		status = replace_report(options, session, replace, &old,
					replace_drain(options, replace));
	else
		status = report_last_error(options);
	cgswap_error_free(old.error);
	return status;
}

static enum exit_status replace_and_print(const struct options *options, cgswap_session *session,
					  cgswap_chain *chain)
{
	const char *selector = options->arguments[2], *source = options->arguments[3];
	const struct cgswap_replace_opts replace_opts = {
		.sz = sizeof(replace_opts),
		.verify = options->given & OPTION_NO_VERIFY ? CGSWAP_VERIFY_OFF
							    : CGSWAP_VERIFY_DEFAULT,
		.retries = options->retries,
		.dry_run = options_dry_run(options),
	};
	const struct cgswap_step_opts step_opts = {
		.sz = sizeof(step_opts),
		.pin = options->pin,
		.map_choices = options->map_choices,
		.old_object = options->old_object,
		.constant_choices = options->constant_choices,
		.expected_revision = options->expected_revision,
		.expected_cgroup_id = options->expected_cgroup_id,
		.preorder = options_preorder(options),
		.maps = options->maps,
		.constants = options->constants,
		.allow_unguarded = !!(options->given & OPTION_ALLOW_UNGUARDED),
	};
	enum exit_status status;
	cgswap_replace *replace;

	if (cgswap_replace_new(&replace, session, &replace_opts) != CGSWAP_OK)
		return report_last_error(options);
	if (cgswap_replace_add_source(replace, chain, selector, source, &step_opts) != CGSWAP_OK)
		status = report_last_error(options);
	else
		status = replace_commit_and_report(options, session, replace);
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
