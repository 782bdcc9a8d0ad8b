/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "error_report.h"
#include "print_replace.h"
#include "print_chain.h"

static enum cgswap_status commit_or_check(const struct options *options, cgswap_replace *replace)
{
	if (options_dry_run(options))
		return cgswap_replace_check(replace);
	return cgswap_replace_commit(replace, NULL);
}

/* What became of the wait for the old program. */
enum drain { NOT_ASKED, DRAINED, FAILED };

static enum drain drain(const struct options *options, cgswap_replace *replace)
{
	if (!(options->given & OPTION_DRAIN) || options_dry_run(options))
		return NOT_ASKED;
	return cgswap_replace_drain(replace) == CGSWAP_OK ? DRAINED : FAILED;
}

/* Tells what was replaced; and where that could not be waited for, what the last call refused. */
static enum exit_status tell(const struct options *options, cgswap_session *session,
			     const cgswap_step *step, const struct old_program *old,
			     enum drain drained)
{
	cgswap_error *error = drained == FAILED ? cgswap_error_dup() : NULL;
	enum exit_status status = EXIT_DONE;
	json_t *json = NULL;
	bool ok;

	if (old->error)
		note(options, "the old program's name is not shown", old->error);
	if (options->given & OPTION_JSON) {
		json = json_replaced(options, step);
		ok = json && (drained == FAILED || json_print(json_incref(json)));
	} else {
		ok = print_replaced(options, session, step, old, drained == DRAINED);
	}
	if (!ok)
		status = refuse_memory(options, !options_dry_run(options));
	else if (drained == FAILED)
		status = refuse_after(options, error, json_incref(json));
	json_decref(json);
	cgswap_error_free(error);
	return status;
}

static enum exit_status commit(const struct options *options, cgswap_session *session,
			       cgswap_replace *replace)
{
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);
	struct old_program old = { .known = false };
	enum exit_status status;

	if (!(options->given & OPTION_JSON))
		old_program_read(&old, step);
	if (commit_or_check(options, replace) == CGSWAP_OK)
		status = tell(options, session, step, &old, drain(options, replace));
	else
		status = refuse_last(options);
	cgswap_error_free(old.error);
	return status;
}

static enum exit_status replace_in(const struct options *options, cgswap_session *session,
				   cgswap_chain *chain)
{
	const char *selector = options->arguments[2], *source = options->arguments[3];
	struct cgswap_replace_opts replace_opts = { .sz = sizeof(replace_opts) };
	const struct cgswap_step_opts step_opts = {
		.sz = sizeof(step_opts),
		.pin = options->pin,
		.expected_revision = options->expected_revision,
		.expected_cgroup_id = options->expected_cgroup_id,
		.preorder = options_preorder(options),
		.maps = options->maps,
		.allow_unguarded = !!(options->given & OPTION_ALLOW_UNGUARDED),
	};
	enum exit_status status;
	cgswap_replace *replace;

	if (options->given & OPTION_NO_VERIFY)
		replace_opts.verify = CGSWAP_VERIFY_OFF;
	if (cgswap_replace_new(&replace, session, &replace_opts) != CGSWAP_OK)
		return refuse_last(options);
	if (cgswap_replace_add_source(replace, chain, selector, source, &step_opts) != CGSWAP_OK)
		status = refuse_last(options);
	else
		status = commit(options, session, replace);
	cgswap_replace_unref(replace);
	return status;
}

enum exit_status cmd_replace(const struct options *options)
{
	return view_with_chain(options, replace_in);
}
