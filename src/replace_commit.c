/* SPDX-License-Identifier: BSD-2-Clause */
/* Commit, verify, roll back. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "explain.h"
#include "options.h"
#include "replace.h"

static const char REPLACE[] = "replace";

static struct attempt attempt_of(const struct cgswap_replace *replace, const struct cgswap_step *step,
				 enum replace_direction direction)
{
	bool forward = direction == REPLACE_FORWARD;

	return (struct attempt){
		.kind = ATTEMPT_REPLACE,
		.session = replace->session,
		.cgroup = step->place->cgroup,
		.type = step->place->type,
		.program = forward ? step->new : step->old,
		.old = forward ? step->old : step->new,
		.named = step->named,
		.flags = step->flags,
		.revision = step->expected_revision,
		.seen = &step->place->now,
	};
}

static int call(const struct cgswap_replace *replace, const struct cgswap_step *step,
		const struct program *from, const struct program *to)
{
	struct kernel *kernel = replace->session->kernel;
	const struct kernel_attach request = {
		.target_fd = step->place->cgroup->fd,
		.program_fd = to->fd,
		.type = step->place->type->number,
		.flags = step->flags,
		.replace_fd = from->fd,
		.revision = replace->guarded ? step->place->now.revision : 0,
	};

	return kernel->ops->attach(kernel, &request);
}

/*
 * The kernel says that the place is not as it was bound. Where nothing moved, that is the answer;
 * else the step is bound again, if it may be.
 */
static enum cgswap_status after_refusal(struct cgswap_replace *replace, struct cgswap_step *step,
					enum replace_direction direction, int errnum, int tries_left)
{
	struct attempt attempt = attempt_of(replace, step, direction);
	uint64_t revision = step->place->now.revision;
	enum cgswap_status status;

	if (errnum != ESTALE && errnum != ENOENT)
		return explain_refusal(&attempt, errnum);
	if (step->expected_revision && direction == REPLACE_FORWARD)
		return explain_refusal(&attempt, errnum);
	status = replace_look_again(replace, step, direction);
	if (status)
		return status;
	if (errnum == ENOENT && (!revision || step->place->now.revision == revision))
		return explain_refusal(&attempt, errnum);
	if (tries_left > 0)
		return CGSWAP_OK;
	return error_set(CGSWAP_CAUSE_LOST_RACE, errnum, REPLACE,
			 "%s of %s kept changing; looked at it again %d times",
			 step->place->type->short_name, step->place->cgroup->path, replace->retries);
}

enum cgswap_status replace_swap(struct cgswap_replace *replace, struct cgswap_step *step,
				enum replace_direction direction)
{
	const struct program *from = direction == REPLACE_FORWARD ? step->old : step->new;
	const struct program *to = direction == REPLACE_FORWARD ? step->new : step->old;
	struct place *place = step->place;
	int tries_left = replace->retries;
	enum cgswap_status status;
	int err;

	if (step->look != place->looks || !step->settled) {
		status = replace_look_again(replace, step, direction);
		if (status)
			return status;
	}
	while ((err = call(replace, step, from, to)) != 0) {
		status = after_refusal(replace, step, direction, -err, tries_left--);
		if (status)
			return status;
	}
	place->now.ids[step->position] = to->info.id;
	if (place->now.revision)
		place->now.revision++;
	step->revision = place->now.revision;
	return CGSWAP_OK;
}

static bool same_list(const struct snapshot *a, const struct snapshot *b)
{
	return a->count == b->count &&
	       memcmp(a->ids, b->ids, a->count * sizeof(*a->ids)) == 0;
}

/*
 * The chain is not what the swap must have made of it, and nobody else touched it. If the new
 * program was appended it is taken off; if it stands in another place it gives way again.
 */
static enum cgswap_status undo_wrong(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct kernel *kernel = replace->session->kernel;
	struct place *place = step->place;
	size_t found = snapshot_find(&replace->found, step->new->info.id);
	enum cgswap_status status;
	int err = 0;

	status = error_set(CGSWAP_CAUSE_VERIFY_FAILED, 0, REPLACE,
			   "program %u should stand at position %zu of %s of %s, and stands %s%zu",
			   step->new->info.id, step->position, place->type->short_name,
			   place->cgroup->path, found < replace->found.count ? "at " : "nowhere of ",
			   found);
	if (snapshot_occurrences(&replace->found, step->old->info.id))
		err = kernel->ops->detach(kernel, &(struct kernel_attach){
							  .target_fd = place->cgroup->fd,
							  .program_fd = step->new->fd,
							  .type = place->type->number,
						  });
	else if (found < replace->found.count)
		err = kernel->ops->attach(kernel, &(struct kernel_attach){
							  .target_fd = place->cgroup->fd,
							  .program_fd = step->old->fd,
							  .type = place->type->number,
							  .flags = step->flags,
							  .replace_fd = step->new->fd,
						  });
	place->looks++;
	if (err == 0 || err == -ENOENT)
		return status;
	return error_set(CGSWAP_CAUSE_ROLLBACK_INCOMPLETE, -err, REPLACE,
			 "program %u does not stand in its place in %s of %s, and could not be taken "
			 "back: %s",
			 step->new->info.id, place->type->short_name, place->cgroup->path,
			 cgswap_errno_get_name(-err));
}

/* Looks whether our program stands in its place; what others did since cannot be held against us. */
static enum cgswap_status verify(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct snapshot *found = &replace->found;
	const struct snapshot *wanted = &step->place->now;
	int err;

	err = snapshot_read(found, replace->session, step->place->cgroup->fd,
			    step->place->type->number, 0);
	if (err)
		return CGSWAP_OK;
	if (same_list(found, wanted) && found->revision == wanted->revision) {
		step->verified = true;
		return CGSWAP_OK;
	}
	if (wanted->revision && found->revision != wanted->revision)
		return CGSWAP_OK;
	if (!wanted->revision && !(snapshot_occurrences(found, step->old->info.id) &&
				   snapshot_occurrences(found, step->new->info.id)))
		return CGSWAP_OK;
	return undo_wrong(replace, step);
}

size_t replace_undo(struct cgswap_replace *replace)
{
	size_t left = 0;

	for (size_t i = replace->length; i-- > 0;) {
		struct cgswap_step *step = replace->steps[i];
		enum cgswap_status status;

		if (step->state != CGSWAP_STEP_DONE)
			continue;
		status = replace_swap(replace, step, REPLACE_BACK);
		step->verified = false;
		step->cause = status ? cgswap_error_get_cause(cgswap_last_error()) :
				       CGSWAP_CAUSE_NONE;
		/* with its cgroup all that was changed is gone */
		if (step->cause == CGSWAP_CAUSE_CGROUP_GONE) {
			error_clear();
			status = CGSWAP_OK;
		}
		step->state = status ? CGSWAP_STEP_FAILED : CGSWAP_STEP_UNDONE;
		left += status != CGSWAP_OK;
	}
	return left;
}

static enum cgswap_status report_left(const struct cgswap_replace *replace, size_t left,
				      const char *why)
{
	const struct cgswap_step *step = NULL;

	for (size_t i = 0; i < replace->length && !step; i++)
		if (replace->steps[i]->state == CGSWAP_STEP_FAILED && replace->steps[i]->revision)
			step = replace->steps[i];
	return error_set(CGSWAP_CAUSE_ROLLBACK_INCOMPLETE, 0, REPLACE,
			 "%zu of %zu steps could not be put back%s%s%s%s", left, replace->length,
			 step ? ", first in " : "", step ? step->place->cgroup->path : "",
			 *why ? "; it began with: " : "", why);
}

/* After a refusal: what was done before is put back, and the refusal stays the last error. */
static enum cgswap_status give_up(struct cgswap_replace *replace, enum cgswap_status status)
{
	struct cgswap_error why;
	size_t left;

	error_save(&why);
	left = replace_undo(replace);
	if (!left) {
		error_restore(&why);
		return status;
	}
	status = report_left(replace, left, why.message);
	error_take_log(why.log);
	return status;
}

static enum cgswap_status cancelled(size_t done, size_t total, const char *by)
{
	return error_set(CGSWAP_CAUSE_CANCELLED, 0, REPLACE, "%s asked to stop after %zu of %zu steps",
			 by, done, total);
}

/* Before each step: whether somebody wants to stop. */
static enum cgswap_status may_go_on(struct cgswap_replace *replace, size_t done,
				    const struct cgswap_commit_opts *opts)
{
	struct cgswap_error saved;
	int stop;

	if (atomic_load_explicit(&replace->cancelled, memory_order_relaxed))
		return cancelled(done, replace->length, "cancel");
	if (!opts->progress)
		return CGSWAP_OK;
	error_save(&saved);
	stop = opts->progress(done, replace->length, opts->user);
	error_restore(&saved);
	return stop ? cancelled(done, replace->length, "the progress callback") : CGSWAP_OK;
}

static enum cgswap_status do_step(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status;

	step->verified = false;
	step->cause = CGSWAP_CAUSE_NONE;
	status = replace_swap(replace, step, REPLACE_FORWARD);
	if (!status) {
		step->state = CGSWAP_STEP_DONE;
		if (replace->verify)
			status = verify(replace, step);
	}
	if (status) {
		step->state = CGSWAP_STEP_FAILED;
		step->cause = cgswap_error_get_cause(cgswap_last_error());
	}
	return status;
}

static enum cgswap_status commit_in(struct cgswap_replace *replace,
				    const struct cgswap_commit_opts *given)
{
	struct cgswap_commit_opts opts = { 0 };
	enum cgswap_status status = CGSWAP_OK;

	if (given)
		status = options_take(&opts, sizeof(opts), sizeof(opts), given, REPLACE);
	if (status)
		return status;
	for (size_t i = 0; i < replace->length; i++)
		if (replace->steps[i]->state == CGSWAP_STEP_DONE)
			return error_bad_argument(REPLACE, "it is committed already; roll it back first");
	for (size_t i = 0; i < replace->length && !status; i++) {
		status = may_go_on(replace, i, &opts);
		if (!status)
			status = do_step(replace, replace->steps[i]);
	}
	if (atomic_load_explicit(&replace->cancelled, memory_order_relaxed))
		atomic_store(&replace->cancelled, false);
	return status ? give_up(replace, status) : CGSWAP_OK;
}

enum cgswap_status cgswap_replace_commit(cgswap_replace *replace,
					 const struct cgswap_commit_opts *opts)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, REPLACE);

	return status ? status : handle_leave(&replace->handle, commit_in(replace, opts));
}

enum cgswap_status cgswap_replace_rollback(cgswap_replace *replace)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, "roll back");
	size_t left;

	if (status)
		return status;
	left = replace_undo(replace);
	if (left) {
		status = report_left(replace, left, "");
		error_operation("roll back");
	}
	return handle_leave(&replace->handle, status);
}

/* Each step keeps its own cause; the first refusal stays the last error. */
static enum cgswap_status check_in(struct cgswap_replace *replace)
{
	enum cgswap_status first = CGSWAP_OK, status;
	struct cgswap_error kept;

	for (size_t i = 0; i < replace->length; i++) {
		struct cgswap_step *step = replace->steps[i];
		struct attempt attempt = attempt_of(replace, step, REPLACE_FORWARD);

		status = explain_forecast(&attempt);
		step->cause = status ? cgswap_error_get_cause(cgswap_last_error()) : CGSWAP_CAUSE_NONE;
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
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, REPLACE);

	return status ? status : handle_leave(&replace->handle, check_in(replace));
}
