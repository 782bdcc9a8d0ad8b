/* SPDX-License-Identifier: BSD-2-Clause */
#include "commit.h"
#include "json_replace.h"
#include "report.h"

struct cgswap_replace_opts commit_opts(const struct options *options)
{
	return (struct cgswap_replace_opts){
		.sz = sizeof(struct cgswap_replace_opts),
		.verify = options->given & OPTION_NO_VERIFY ? CGSWAP_VERIFY_OFF
							    : CGSWAP_VERIFY_DEFAULT,
		.retries = options->retries,
		.dry_run = options_dry_run(options),
		.journal = options_journal(options),
		.wait_ms = options->wait_ms,
		.keep_old = !!(options->given & OPTION_KEEP_OLD),
		.keep = options->keep,
	};
}

struct cgswap_step_opts commit_step_opts(const struct options *options)
{
	return (struct cgswap_step_opts){
		.sz = sizeof(struct cgswap_step_opts),
		.pin = options->pin,
		.map_choices = options->map_choices,
		.old_object = options->old_object,
		.constant_choices = options->constant_choices,
		.match = options->match,
		.expected_revision = options->expected_revision,
		.expected_cgroup_id = options->expected_cgroup_id,
		.preorder = options_preorder(options),
		.maps = options->maps,
		.constants = options->constants,
		.allow_unguarded = !!(options->given & OPTION_ALLOW_UNGUARDED),
		.any_tag = !!(options->given & OPTION_ANY_TAG),
	};
}

enum exit_status commit_report(const struct steps *steps)
{
	const struct options *options = steps->options;
	bool ok;

	if (options_dry_run(options))
		report_uncertain_steps(options, steps->replace);
	if (options->given & OPTION_JSON)
		ok = json_print(json_steps(options, steps->done, steps->replace));
	else
		ok = print_steps(steps);
	return ok ? EXIT_DONE : report_no_memory(options, !options_dry_run(options));
}

/* The change was made, but draining failed: the last error tells why. */
static enum exit_status commit_report_not_drained(const struct steps *steps)
{
	const struct options *options = steps->options;
	cgswap_error *error = cgswap_error_dup();
	json_t *done = NULL;
	enum exit_status status = EXIT_DONE;

	if (!(options->given & OPTION_JSON))
		status = commit_report(steps);
	else if (!(done = json_steps(options, steps->done, steps->replace)))
		status = report_no_memory(options, true);
	if (status == EXIT_DONE)
		status = report_error_after_change(options, error, done);
	cgswap_error_free(error);
	return status;
}

enum exit_status commit_and_report(struct steps *steps, cgswap_replace *replace)
{
	const struct options *options = steps->options;
	enum cgswap_status status = options_dry_run(options) ? cgswap_replace_check(replace)
							     : cgswap_replace_commit(replace, NULL);
	bool drain = options->given & OPTION_DRAIN && !options_dry_run(options);

	if (status != CGSWAP_OK)
		return report_last_error(options);
	status = drain ? cgswap_replace_drain(replace) : CGSWAP_OK;
	steps->drained = drain && status == CGSWAP_OK;
	if (status != CGSWAP_OK)
		return commit_report_not_drained(steps);
	return commit_report(steps);
}
