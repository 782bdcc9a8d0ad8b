/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes back the steps that were done: after an error in a commit, and by a rollback. */
#include "base/error.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"
#include "replace/replace_pin.h"
#include "replace/replace_request.h"

/*
 * True if the new program was removed again, by us or by others: it is not attached any more, or
 * only by a link or in a mode that are not ours.
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
static void rollback_note_assumed(const struct cgswap_replace *replace, struct cgswap_step *step)
{
	step->result.cause = CGSWAP_CAUSE_PREORDER_WOULD_CHANGE;
	session_log(
		replace->session, CGSWAP_LOG_WARNING,
		"'%s' in %s of '%s' was put back with the preorder flag that the step was given, "
		"since its own could not be determined",
		step->asked.selector, step->target.chain->type->short_name,
		step->target.chain->cgroup->path);
}

static void rollback_step(struct cgswap_replace *replace, struct cgswap_step *step)
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
	/* the change ended with the removed cgroup */
	if (status && (step->result.cause == CGSWAP_CAUSE_CGROUP_GONE ||
		       replace_step_is_gone(replace, step))) {
		error_clear();
		status = CGSWAP_OK;
	}
	step->result.guard = CGSWAP_GUARD_NOT_DONE;
	if (step->asked.pin && !step->result.applied && replace_restore_pin(replace, step) &&
	    !status) {
		status = cgswap_error_get_status(cgswap_last_error());
		step->result.cause = cgswap_error_get_cause(cgswap_last_error());
		replace->pins_left = true;
	}
	replace_end_pin(step);
	step->result.state = status ? CGSWAP_STEP_FAILED : CGSWAP_STEP_UNDONE;
	if (!step->result.cause && step->target.old_assumed)
		rollback_note_assumed(replace, step);
}

/*
 * Undoes the steps, last first. Returns the number of steps that could not be undone, and one of
 * them.
 */
static size_t rollback_steps(struct cgswap_replace *replace, const struct cgswap_step **example)
{
	struct fd_pool *pool = &replace->session->pool;
	bool had_reserve = replace->is_large && fd_pool_give_reserve(pool);
	size_t left = 0;

	for (size_t i = replace->length; i-- > 0;) {
		struct cgswap_step *step = replace->steps[i];

		if (!step->result.applied)
			continue;
		rollback_step(replace, step);
		replace_journal_undone(replace, step);
		replace_tell(replace,
			     step->result.state == CGSWAP_STEP_UNDONE ? CGSWAP_EVENT_UNDONE
								      : CGSWAP_EVENT_NOT_UNDONE,
			     step);
		if (step->result.state == CGSWAP_STEP_UNDONE)
			continue;
		*example = step;
		left++;
	}
	if (had_reserve)
		fd_pool_take_reserve(pool);
	return left;
}

/* Takes that back for the steps whose new program is not attached. */
static void rollback_unuse_programs(struct cgswap_replace *replace)
{
	for (size_t i = replace->length; i-- > 0;) {
		struct cgswap_step *step = replace->steps[i];

		if (!step->result.in_use || step->result.applied)
			continue;
		program_unuse(step->new);
		step->result.in_use = false;
	}
}

enum cgswap_status replace_give_up(struct cgswap_replace *replace, struct cgswap_step *refused,
				   enum cgswap_status status)
{
	const struct cgswap_step *example;
	struct cgswap_error why;
	size_t left;

	error_save(&why);
	left = rollback_steps(replace, &example);
	rollback_unuse_programs(replace);
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
	left = rollback_steps(replace, example);
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
	replace_journal_begin_rollback(replace);
	left = rollback_all(replace, &example);
	rollback_unuse_programs(replace);
	error_clear();
	if (left)
		status = replace_error_rollback_incomplete(replace, left, example, NULL);
	return handle_leave(&replace->handle, replace_journal_end(replace, status));
}
