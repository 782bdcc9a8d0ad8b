/* SPDX-License-Identifier: BSD-2-Clause */
/* Commits all steps or none; rolls back and checks. */
#include <stdlib.h>

#include "base/error.h"
#include "base/opts.h"
#include "base/retry.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"

/*
 * True if the new program was taken out again, by us or by others: it is not attached any more, or
 * by a link or in a mode that are not ours.
 */
static bool is_taken_out(const struct cgswap_step *step)
{
	switch (step->result.cause) {
	case CGSWAP_CAUSE_NONE:
	case CGSWAP_CAUSE_CGROUP_GONE:
	case CGSWAP_CAUSE_LOST_RACE:
	case CGSWAP_CAUSE_LINK_CHANGED:
	case CGSWAP_CAUSE_LINK_DETACHED:
	case CGSWAP_CAUSE_NOT_ATTACHED:
	case CGSWAP_CAUSE_CHAIN_EMPTY:
	case CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR:
	case CGSWAP_CAUSE_HELD_BY_LINK:
	case CGSWAP_CAUSE_OWN_MODE_CONFLICT:
		return true;
	default:
		return false;
	}
}

/* The old program is back, but perhaps with another flag than before. */
static void commit_note_assumed(const struct cgswap_replace *replace, struct cgswap_step *step)
{
	step->result.cause = CGSWAP_CAUSE_PREORDER_WOULD_CHANGE;
	session_log(
		replace->session, CGSWAP_LOG_WARNING,
		"'%s' in %s of '%s' was put back with the preorder flag that the step was given, "
		"since its own could not be determined",
		step->asked.selector, step->target.chain->type->short_name,
		step->target.chain->cgroup->path);
}

static void commit_undo_step(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status;

	if (step->asked.pin && replace_prepare_restore(replace, step))
		error_clear();
	status = replace_hold(step);
	if (!status) {
		status = replace_swap_back(replace, step);
		replace_release(step);
	}
	step->result.verified = false;
	step->result.cause = CGSWAP_CAUSE_NONE;
	if (status)
		step->result.cause = cgswap_error_get_cause(cgswap_last_error());
	step->result.applied = !is_taken_out(step);
	/* the removed cgroup took the change with it */
	if (status && step->result.cause == CGSWAP_CAUSE_CGROUP_GONE) {
		error_clear();
		status = CGSWAP_OK;
	}
	step->result.guard = CGSWAP_GUARD_NOT_DONE;
	if (step->asked.pin && !step->result.applied && replace_restore_pin(replace, step) &&
	    !status) {
		status = cgswap_error_get_status(cgswap_last_error());
		step->result.cause = cgswap_error_get_cause(cgswap_last_error());
	}
	replace_end_pin(step);
	step->result.state = status ? CGSWAP_STEP_FAILED : CGSWAP_STEP_UNDONE;
	if (!step->result.cause && step->target.old_assumed)
		commit_note_assumed(replace, step);
}

/*
 * Undoes the steps, last first. Returns the number of steps that could not be undone, and one of
 * them.
 */
static size_t commit_undo(struct cgswap_replace *replace, const struct cgswap_step **example)
{
	struct fd_pool *pool = &replace->session->pool;
	bool had_reserve = replace->is_large && fd_pool_give_reserve(pool);
	size_t left = 0;

	for (size_t i = replace->length; i-- > 0;) {
		struct cgswap_step *step = replace->steps[i];

		if (!step->result.applied)
			continue;
		commit_undo_step(replace, step);
		if (step->result.state == CGSWAP_STEP_UNDONE)
			continue;
		*example = step;
		left++;
	}
	if (had_reserve)
		fd_pool_take_reserve(pool);
	return left;
}

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

/* Takes that back for the steps whose new program is not attached. */
static void commit_unuse_programs(struct cgswap_replace *replace)
{
	for (size_t i = replace->length; i-- > 0;) {
		struct cgswap_step *step = replace->steps[i];

		if (!step->result.in_use || step->result.applied)
			continue;
		program_unuse(step->new);
		step->result.in_use = false;
	}
}

/*
 * After an error: rolls back the earlier steps. The error stays the last error, and the cause of
 * the step that failed, if one did.
 */
static enum cgswap_status commit_give_up(struct cgswap_replace *replace,
					 struct cgswap_step *refused, enum cgswap_status status)
{
	const struct cgswap_step *example;
	struct cgswap_error why;
	size_t left;

	error_save(&why);
	left = commit_undo(replace, &example);
	commit_unuse_programs(replace);
	if (refused && refused->result.state == CGSWAP_STEP_UNDONE) {
		refused->result.state = CGSWAP_STEP_FAILED;
		refused->result.cause = cgswap_error_get_cause(&why);
	}
	if (!left) {
		error_restore(&why);
		return status;
	}
	status = replace_error_rollback_incomplete(replace, left, example, &why.text);
	error_take_log(why.log);
	return status;
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
	}
	if (atomic_load_explicit(&replace->cancelled, memory_order_relaxed))
		atomic_store(&replace->cancelled, false);
	return status ? commit_give_up(replace, step, status) : CGSWAP_OK;
}

enum cgswap_status cgswap_replace_commit(cgswap_replace *replace,
					 const struct cgswap_commit_opts *opts)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, "replace");

	return status ? status : handle_leave(&replace->handle, replace_commit(replace, opts));
}

static bool is_put_back_assumed(const struct cgswap_step *step)
{
	return step->result.state == CGSWAP_STEP_UNDONE &&
	       step->result.cause == CGSWAP_CAUSE_PREORDER_WOULD_CHANGE;
}

/*
 * Undoes the steps. If all are undone, returns the number of those that may have another flag than
 * before, which the caller must know.
 */
static size_t rollback_all(struct cgswap_replace *replace, const struct cgswap_step **example)
{
	size_t left, count = 0;

	/* said by an earlier rollback */
	for (size_t i = 0; i < replace->length; i++)
		if (is_put_back_assumed(replace->steps[i]))
			replace->steps[i]->result.cause = CGSWAP_CAUSE_NONE;
	left = commit_undo(replace, example);
	for (size_t i = 0; i < replace->length && !left; i++) {
		if (!is_put_back_assumed(replace->steps[i]))
			continue;
		*example = replace->steps[i];
		count++;
	}
	return left ? left : count;
}

enum cgswap_status cgswap_replace_rollback(cgswap_replace *replace)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, "roll back");
	const struct cgswap_step *example;
	size_t left;

	if (status)
		return status;
	left = rollback_all(replace, &example);
	commit_unuse_programs(replace);
	error_clear();
	if (left)
		status = replace_error_rollback_incomplete(replace, left, example, NULL);
	return handle_leave(&replace->handle, status);
}

/* The link of a step's entry; one that an attach will create has no id yet. */
static uint32_t earlier_link(const struct cgswap_step *step)
{
	if (step->asked.kind == STEP_ATTACHES && step->target.method == STEP_LINK)
		return UINT32_MAX;
	return step->target.link_id;
}

/* Lists the earlier steps in the chain of a step, which is checked as if they were done. */
static size_t earlier_swaps(struct change_swap *out, const struct cgswap_step *step)
{
	const struct cgswap_step *earlier = step->target.chain->steps;
	size_t count = 0;

	for (; earlier != step && count < KERNEL_CHAIN_MAX; earlier = earlier->next_in_chain)
		out[count++] = (struct change_swap){
			earlier->target.old ? earlier->target.old->info.id : 0,
			earlier->new ? earlier->new->info.id : 0,
			earlier_link(earlier),
		};
	return count;
}

static enum cgswap_status check_step(struct cgswap_replace *replace, struct cgswap_step *step,
				     struct change_facts *facts)
{
	struct change_swap earlier[KERNEL_CHAIN_MAX];
	enum cgswap_status status;
	struct change change;

	status = replace_forecast_pin(replace, step);
	if (!status)
		status = replace_hold(step);
	if (status)
		return status;
	change = replace_change(replace, step);
	change.facts = facts;
	change.earlier = earlier;
	change.earlier_count = earlier_swaps(earlier, step);
	/* without retries, the first attempt is at the revision that was read */
	if (!replace->retries && change.kind != CHANGE_LINK_UPDATE && replace_is_current(step))
		change.only_revision = replace_guard_revision(replace, step);
	status = replace_forecast_preorder(replace, step);
	if (!status)
		status = explain_forecast(&change);
	replace_release(step);
	return status;
}

static enum cgswap_status check_maps(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status = replace_check_array(replace, step);

	return status || !step->new ? status : program_check_use(step->new);
}

/*
 * Each step keeps its own cause; the first refusal stays the last error. The maps of all steps come
 * first, as in a commit.
 */
enum cgswap_status replace_check(struct cgswap_replace *replace)
{
	enum cgswap_status first = CGSWAP_OK, status;
	struct change_facts facts = { 0 };
	struct cgswap_error kept;

	if (replace_is_committed(replace))
		return replace_error_committed();
	for (size_t i = 0; i < 2 * replace->length; i++) {
		bool maps = i < replace->length;
		size_t index = i % replace->length;
		struct cgswap_step *step = replace->steps[index];

		if (!maps && step->result.cause)
			continue;
		status = maps ? check_maps(replace, step) : check_step(replace, step, &facts);
		step->result.cause = status ? cgswap_error_get_cause(cgswap_last_error())
					    : CGSWAP_CAUSE_NONE;
		if (!status || first)
			continue;
		first = status;
		error_save(&kept);
	}
	if (first)
		error_restore(&kept);
	return first;
}

enum cgswap_status cgswap_replace_check(cgswap_replace *replace)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, "replace");

	return status ? status : handle_leave(&replace->handle, replace_check(replace));
}
