/* SPDX-License-Identifier: BSD-2-Clause */
/* Commits all steps or none. */
#include "base/error.h"
#include "base/opts.h"
#include "base/retry.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"

/* A step that only detaches has no new program. */
static enum cgswap_status commit_use_program(struct cgswap_replace *replace,
					     struct cgswap_step *step)
{
	enum cgswap_status status = replace_check_array(replace, step);

	return status || !step->new ? status : program_use(step->new);
}

/* Pins the maps of all new programs by their names. *refused: the step whose maps cannot be pinned.
 */
static enum cgswap_status commit_use_programs(struct cgswap_replace *replace,
					      struct cgswap_step **refused)
{
	for (size_t i = 0; i < replace->length; i++) {
		struct cgswap_step *step = replace->steps[i];
		enum cgswap_status status = commit_use_program(replace, step);

		step->result.in_use = step->new && !status;
		if (!status)
			continue;
		step->result.state = CGSWAP_STEP_FAILED;
		step->result.cause = cgswap_error_get_cause(cgswap_last_error());
		*refused = step;
		return status;
	}
	return CGSWAP_OK;
}

/* The caller may stop the commit before each step. */
static enum cgswap_status commit_check_cancelled(struct cgswap_replace *replace, size_t done,
						 const struct cgswap_commit_opts *opts)
{
	struct cgswap_error saved;
	int stop;

	if (atomic_load_explicit(&replace->cancelled, memory_order_relaxed))
		return replace_error_cancelled(replace, done, "cgswap_replace_cancel()");
	if (!opts->progress)
		return CGSWAP_OK;
	error_save(&saved);
	stop = opts->progress(done, replace->length, opts->user);
	error_restore(&saved);
	return stop ? replace_error_cancelled(replace, done, "the progress callback") : CGSWAP_OK;
}

static enum cgswap_status commit_swap(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status;

	if (!step->asked.pin)
		return replace_swap(replace, step);
	status = replace_prepare_pin(replace, step);
	if (!status) {
		status = replace_swap(replace, step);
		if (!status)
			status = replace_place_pin(step);
		if (status)
			replace_withdraw_pin(step);
	}
	replace_end_pin(step);
	return status;
}

static enum cgswap_status commit_step(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status;

	step->result.verified = false;
	step->result.revision = 0;
	step->result.cause = CGSWAP_CAUSE_NONE;
	status = replace_hold(step);
	if (!status) {
		status = commit_swap(replace, step);
		replace_release(step);
	}
	step->result.state = status ? CGSWAP_STEP_FAILED : CGSWAP_STEP_DONE;
	if (status)
		step->result.cause = cgswap_error_get_cause(cgswap_last_error());
	return status;
}

enum cgswap_status replace_commit(struct cgswap_replace *replace,
				  const struct cgswap_commit_opts *given)
{
	struct cgswap_commit_opts opts = { 0 };
	enum cgswap_status status = CGSWAP_OK;
	struct cgswap_step *step = NULL;

	if (given)
		status = opts_take(&opts, sizeof(opts), OPTS_FIRST_COMMIT, given);
	if (!status)
		status = retry_take_time(&replace->retry_time_ms, opts.retry_time_ms, opts.reserved,
					 replace->session->retry_time_ms);
	if (status)
		return status;
	if (replace->dry_run)
		return replace_error_dry_run();
	if (replace_is_committed(replace))
		return replace_error_committed();
	status = replace_journal_begin(replace);
	if (status)
		return status;
	replace->may_be_applied = true;
	for (size_t i = 0; i < replace->length && !status; i++) {
		step = NULL;
		status = commit_check_cancelled(replace, i, &opts);
		if (!status && i == 0)
			status = commit_use_programs(replace, &step);
		if (status)
			break;
		step = replace->steps[i];
		status = commit_step(replace, step);
		if (!status)
			status = replace_journal_done(replace, step);
	}
	if (atomic_load_explicit(&replace->cancelled, memory_order_relaxed))
		atomic_store(&replace->cancelled, false);
	if (status)
		status = replace_give_up(replace, step, status);
	return replace_journal_end(replace, status);
}

enum cgswap_status cgswap_replace_commit(cgswap_replace *replace,
					 const struct cgswap_commit_opts *opts)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, "replace");

	return status ? status : handle_leave(&replace->handle, replace_commit(replace, opts));
}
