/* SPDX-License-Identifier: BSD-2-Clause */
/* Commits all steps or none. */
#include "base/clock.h"
#include "base/error.h"
#include "base/opts.h"
#include "base/retry.h"
#include "replace/replace.h"
#include "replace/replace_bind.h"
#include "replace/replace_errors.h"
#include "replace/replace_pin.h"
#include "replace/replace_recursive.h"
#include "replace/replace_request.h"

/* A step that only detaches has no new program. */
static enum cgswap_status commit_use_program(struct cgswap_replace *replace,
					     struct cgswap_step *step)
{
	enum cgswap_status status = replace_check_array(replace, step);

	return status || !step->new ? status : program_use(step->new);
}

/*
 * Pins the maps of the new programs by their names, from this step on. *refused: the step whose
 * maps cannot be pinned.
 */
static enum cgswap_status commit_use_programs(struct cgswap_replace *replace, size_t from,
					      struct cgswap_step **refused)
{
	for (size_t i = from; i < replace->length; i++) {
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
static enum cgswap_status commit_ask(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct replace_run *run = &replace->run;
	enum cgswap_status status = replace_check_cancelled(replace);
	struct cgswap_error saved;
	int stop;

	if (status)
		return status;
	replace_tell(replace, CGSWAP_EVENT_STEP, step);
	if (run->stop)
		return replace_check_cancelled(replace);
	if (!run->progress)
		return CGSWAP_OK;
	error_save(&saved);
	stop = run->progress(step->index, replace->length, run->user);
	error_restore(&saved);
	return stop ? replace_error_cancelled(replace, "the progress callback") : CGSWAP_OK;
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

/* Does a step, unless its cgroup is gone and that is ignored. *refused: the step, if it fails. */
static enum cgswap_status commit_count_step(struct cgswap_replace *replace,
					    struct cgswap_step *step, struct cgswap_step **refused)
{
	enum cgswap_status status = commit_step(replace, step);

	if (!status) {
		replace->run.done++;
		replace_tell(replace, CGSWAP_EVENT_DONE, step);
		return replace_journal_done(replace, step);
	}
	if (replace_step_is_gone(replace, step)) {
		replace_count_gone(replace, step);
		return CGSWAP_OK;
	}
	replace->run.refused++;
	replace_tell(replace, CGSWAP_EVENT_REFUSED, step);
	*refused = step;
	return status;
}

/* Does the steps from this one on, in waves. */
static enum cgswap_status commit_steps(struct cgswap_replace *replace, size_t from,
				       struct cgswap_step **refused)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = from; i < replace->length && !status; i++) {
		struct cgswap_step *step = replace->steps[i];

		status = commit_ask(replace, step);
		if (!status && i == from)
			status = commit_use_programs(replace, from, refused);
		if (!status)
			status = commit_count_step(replace, step, refused);
		if (!status)
			status = replace_end_wave(replace, i + 1);
	}
	return status;
}

/* Looks for cgroups that came meanwhile, once at least, and until the time to follow is over. */
static enum cgswap_status commit_follow(struct cgswap_replace *replace, bool *found)
{
	enum { PAUSE_MS = 100 };
	struct replace_run *run = &replace->run;
	size_t before = replace->length;
	enum cgswap_status status = CGSWAP_OK;

	*found = false;
	if (!replace->requests)
		return CGSWAP_OK;
	if (!run->follow_until_ms)
		run->follow_until_ms = clock_now_ms() + (run->follow_ms > 0 ? run->follow_ms : 0);
	replace->committing = true;
	for (;;) {
		int64_t began = clock_now_ms(), now;

		status = replace_look_again(replace);
		now = clock_now_ms();
		if (status || replace->length > before || now >= run->follow_until_ms)
			break;
		/* the more cgroups there are to read, the longer the pause */
		now += now - began > PAUSE_MS ? now - began : PAUSE_MS;
		status = replace_sleep(replace,
				       now < run->follow_until_ms ? now : run->follow_until_ms);
		if (status)
			break;
	}
	replace->committing = false;
	*found = !status && replace->length > before;
	for (size_t i = before; i < replace->length; i++)
		replace_tell(replace, CGSWAP_EVENT_FOUND, replace->steps[i]);
	return status;
}

static enum cgswap_status commit_check_first(struct cgswap_replace *replace)
{
	enum cgswap_status status = replace_check(replace);

	/* the steps are counted again, and a cancel that stopped the check has been handled */
	replace->run.gone = 0;
	if (cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_CANCELLED)
		atomic_store(&replace->cancelled, false);
	return status;
}

static enum cgswap_status commit_all(struct cgswap_replace *replace, struct cgswap_step **refused)
{
	enum cgswap_status status = CGSWAP_OK;
	bool more = true;

	for (size_t from = 0; !status && more;) {
		status = commit_steps(replace, from, refused);
		from = replace->length;
		if (!status)
			status = commit_follow(replace, &more);
		if (!status && more)
			status = replace_journal_grow(replace, from);
	}
	return status;
}

static enum cgswap_status commit_begin_run(struct cgswap_replace *replace,
					   const struct cgswap_commit_opts *opts)
{
	replace->run = (struct replace_run){
		.active = true,
		.progress = opts->progress,
		.user = opts->user,
		.event = opts->event,
		.event_user = opts->event_user,
		.health = opts->health,
		.health_user = opts->health_user,
		.soak_ms = opts->soak_ms,
		.follow_ms = opts->follow_ms,
		.ignore_gone = opts->ignore_gone,
	};
	if (opts->soak_ms < -1 || opts->follow_ms < -1)
		return error_bad_argument(
			"opts.%s is %d{found}; expected 0 or more, or -1 for none",
			opts->soak_ms < -1 ? "soak_ms" : "follow_ms",
			opts->soak_ms < -1 ? opts->soak_ms : opts->follow_ms);
	return replace_begin_waves(replace, opts->canary);
}

enum cgswap_status replace_commit(struct cgswap_replace *replace,
				  const struct cgswap_commit_opts *given)
{
	struct cgswap_commit_opts opts = { 0 };
	enum cgswap_status status = CGSWAP_OK;
	struct cgswap_step *refused = NULL;

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
	status = commit_begin_run(replace, &opts);
	if (!status && opts.check_first)
		status = commit_check_first(replace);
	if (!status)
		status = replace_journal_begin(replace);
	if (status) {
		replace->run = (struct replace_run){ 0 };
		return status;
	}
	replace->may_be_applied = true;
	status = commit_all(replace, &refused);
	if (atomic_load_explicit(&replace->cancelled, memory_order_relaxed))
		atomic_store(&replace->cancelled, false);
	if (status)
		status = replace_give_up(replace, refused, status);
	replace->run = (struct replace_run){ 0 };
	return replace_journal_end(replace, status);
}

enum cgswap_status cgswap_replace_commit(cgswap_replace *replace,
					 const struct cgswap_commit_opts *opts)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, "replace");

	return status ? status : handle_leave(&replace->handle, replace_commit(replace, opts));
}
