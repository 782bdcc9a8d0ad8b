/* SPDX-License-Identifier: BSD-2-Clause */
/* replace TYPE OLD NEW --cgroup ..., replace CGROUP TYPE OLD NEW --recursive: one transaction. */
#include "commands.h"
#include "commit.h"
#include "health.h"
#include "json.h"
#include "many_cgroups.h"
#include "open.h"
#include "print_chain.h"
#include "print_many.h"
#include "progress.h"
#include "report.h"
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

static bool is_json(const struct options *options)
{
	return options->given & OPTION_JSON;
}

/* The library knows only that the transaction was cancelled, not by which signal. */
static enum exit_status report_signal(const struct many_cgroups *many, json_t *transaction)
{
	const char *name = signals_caught() == SIGINT    ? "SIGINT"
			   : signals_caught() == SIGTERM ? "SIGTERM"
							 : "SIGHUP";
	size_t done = count_state(many->replace, CGSWAP_STEP_UNDONE);
	size_t total = cgswap_replace_get_length(many->replace);
	char message[128];

	if (!done)
		snprintf(message, sizeof(message), "%s stopped the commit before the first step",
			 name);
	else if (total == 1)
		snprintf(message, sizeof(message),
			 "%s stopped the commit after the only step, which was put back", name);
	else
		snprintf(message, sizeof(message),
			 "%s stopped the commit after %zu of %zu steps, which %s put back", name,
			 done, total, done == 1 ? "was" : "were");
	return report_refusal_with(many->options, CGSWAP_CAUSE_CANCELLED, ECANCELED, message,
				   "run the command again to start over", "transaction",
				   transaction);
}

/* Reports an error and what became of the cgroups. */
static enum exit_status report_failure(const struct many_cgroups *many, const cgswap_error *error)
{
	bool by_signal = signals_caught() &&
			 cgswap_error_get_cause(error) == CGSWAP_CAUSE_CANCELLED;
	const struct options *options = many->options;
	json_t *transaction = NULL;

	if (is_json(options))
		transaction = json_transaction(many);
	else if (!print_outcome(many))
		return report_no_memory(options, false);
	fflush(stdout);
	return by_signal ? report_signal(many, transaction)
			 : report_error_with(options, error, "transaction", transaction);
}

static enum exit_status report_success(const struct many_cgroups *many)
{
	const struct options *options = many->options;
	json_t *o;
	bool ok;

	if (!is_json(options)) {
		if (options_dry_run(options))
			print_dry_run(options);
		ok = print_outcome(many);
	} else {
		o = json_wrap("transaction", json_transaction(many));
		ok = json_put(o, "dry_run", json_boolean(options_dry_run(options)));
		ok = json_print(json_finish(o, ok));
	}
	return ok ? EXIT_DONE : report_no_memory(options, !options_dry_run(options));
}

static enum cgswap_status many_commit(const struct many_cgroups *many, struct progress *progress)
{
	const struct options *options = many->options;
	const struct cgswap_commit_opts opts = {
		.sz = sizeof(opts),
		.event = progress_event,
		.event_user = progress,
		.health = options->check ? health_check : NULL,
		.health_user = (void *)options,
		.canary = options->canary,
		.soak_ms = options->soak_ms,
		.follow_ms = options->follow_ms,
		.check_first = 1,
		.ignore_gone = !!(options->given & OPTION_IGNORE_GONE),
	};

	if (options_dry_run(options))
		return cgswap_replace_check(many->replace);
	return cgswap_replace_commit(many->replace, &opts);
}

static bool must_drain(const struct options *options)
{
	return (options->given & OPTION_DRAIN) && !options_dry_run(options);
}

static enum exit_status commit_many(struct many_cgroups *many)
{
	const struct options *options = many->options;
	enum exit_status status;
	struct progress progress;
	cgswap_error *error;

	progress_begin(&progress, options);
	if (many_commit(many, &progress) != CGSWAP_OK) {
		error = cgswap_error_dup();
		progress_end(&progress);
		status = report_failure(many, error);
		cgswap_error_free(error);
		return status;
	}
	progress_end(&progress);
	many->checked = options_dry_run(options);
	if (!must_drain(options) || cgswap_replace_drain(many->replace) == CGSWAP_OK)
		return report_success(many);
	error = cgswap_error_dup();
	if (is_json(options)) {
		status = report_error_after_change(
			options, error, json_wrap("transaction", json_transaction(many)));
	} else {
		report_success(many);
		status = report_error_after_change(options, error, NULL);
	}
	cgswap_error_free(error);
	return status;
}

static enum exit_status add_and_commit(struct many_cgroups *many)
{
	enum exit_status status = many_cgroups_add(many);

	if (status != EXIT_DONE)
		return status;
	if (!is_json(many->options) && !print_groups(many))
		return report_no_memory(many->options, false);
	fflush(stdout);
	if (many->refused_count)
		return report_failure(many, many->refused[0].error);
	return commit_many(many);
}

enum exit_status cmd_replace_many(const struct options *options)
{
	const struct cgswap_replace_opts replace_opts = commit_opts(options);
	struct many_cgroups many = { .options = options };
	enum exit_status status = open_session(options, &many.session);

	if (status != EXIT_DONE)
		return status;
	if (cgswap_replace_new(&many.replace, many.session, &replace_opts) != CGSWAP_OK) {
		status = report_last_error(options);
	} else {
		signals_begin(many.replace);
		status = add_and_commit(&many);
		signals_end();
	}
	many_cgroups_free(&many);
	return status;
}
