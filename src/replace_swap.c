/* SPDX-License-Identifier: BSD-2-Clause */
/* One swap, there and back, and whether it took its place. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "explain.h"
#include "replace.h"

static const char REPLACE[] = "replace";

/*
 * What the caller expects, with what we did to the chain since then ourselves. Once others changed
 * it, it can never be again.
 */
static uint64_t expected(const struct cgswap_step *step)
{
	if (!step->expected_revision || step->foreign != step->place->foreign)
		return step->expected_revision;
	return step->expected_revision + (step->place->swaps - step->swaps);
}

struct attempt replace_attempt(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	static const enum attempt_kind kinds[] = {
		[STEP_PLAIN] = ATTEMPT_REPLACE,
		[STEP_LINK] = ATTEMPT_LINK_UPDATE,
		[STEP_OVERWRITE] = ATTEMPT_OVERWRITE,
	};

	return (struct attempt){
		.kind = kinds[step->way],
		.session = replace->session,
		.cgroup = step->place->cgroup,
		.type = step->place->type,
		.program = step->new,
		.old = step->old,
		.named = step->named,
		.flags = step->flags_new,
		.link_fd = step->link_fd,
		.link_id = step->link_id,
		.revision = expected(step),
		.seen = step->blind ? NULL : &step->place->now,
	};
}

static int call_link(struct kernel *kernel, const struct cgswap_step *step,
		     const struct program *from, const struct program *to)
{
	const struct kernel_link_update update = {
		.link_fd = step->link_fd,
		.new_fd = to->fd,
		.flags = KERNEL_REPLACE,
		.old_fd = from->fd,
	};

	return kernel->ops->link_update(kernel, &update);
}

static int call(const struct cgswap_replace *replace, const struct cgswap_step *step,
		const struct program *from, const struct program *to, uint32_t flags,
		uint64_t revision)
{
	struct kernel *kernel = replace->session->kernel;
	const struct kernel_attach request = {
		.target_fd = step->place->cgroup->fd,
		.program_fd = to->fd,
		.type = step->place->type->number,
		.flags = flags,
		.replace_fd = step->way == STEP_PLAIN ? (uint32_t)from->fd : 0,
		.revision = revision,
	};

	if (step->way == STEP_LINK)
		return call_link(kernel, step, from, to);
	return kernel->ops->attach(kernel, &request);
}

static uint64_t guard(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	if (step->blind)
		return expected(step);
	return replace->guarded ? step->place->now.revision : 0;
}

static enum cgswap_guard guard_of(const struct cgswap_replace *replace,
				  const struct cgswap_step *step)
{
	if (step->way != STEP_LINK && guard(replace, step))
		return CGSWAP_GUARD_REVISION;
	return step->way == STEP_OVERWRITE ? CGSWAP_GUARD_NONE : CGSWAP_GUARD_PROGRAM;
}

/* Keeps the place up with what was just done to it. */
static void advance(struct cgswap_step *step, const struct program *to)
{
	struct snapshot *now = &step->place->now;

	step->place->swaps++;
	if (step->blind)
		return;
	/* whoever was bound to this place before must look where things stand */
	if (step->somewhere)
		step->place->looks++;
	else
		now->ids[step->position] = to->info.id;
	if (now->revision)
		now->revision++;
}

/*
 * The kernel says that the place is not as it was bound. Who asked for one revision gets his
 * answer; where nothing moved, that is the answer as well.
 */
static enum cgswap_status look_after(struct cgswap_replace *replace, struct cgswap_step *step,
				     int errnum, bool *moved)
{
	bool may_have_moved = errnum == ESTALE || errnum == ENOENT ||
			      (step->way == STEP_LINK && (errnum == EPERM || errnum == ENOLINK));
	struct attempt attempt = replace_attempt(replace, step);
	uint64_t revision = step->place->now.revision;
	enum cgswap_status status;

	if (step->blind || !may_have_moved || (step->expected_revision && step->way != STEP_LINK))
		return explain_refusal(&attempt, errnum);
	status = replace_look_again(replace, step, moved);
	if (!status && !*moved && errnum != ESTALE &&
	    (!revision || step->place->now.revision == revision))
		return explain_refusal(&attempt, errnum);
	return status;
}

static enum cgswap_status refuse_restless(const struct cgswap_replace *replace,
					  const struct cgswap_step *step)
{
	return error_set(CGSWAP_CAUSE_LOST_RACE, ESTALE, REPLACE,
			 "%s of %s kept changing; looked at it again %d times",
			 step->place->type->short_name, step->place->cgroup->path,
			 replace->retries);
}

/*
 * The chain is not what the swap must have made of it, and nobody else touched it. If the new
 * program was put beside the old one it is taken off, else it gives way again.
 */
static int take_back(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	struct kernel *kernel = replace->session->kernel;
	struct kernel_attach off = {
		.target_fd = step->place->cgroup->fd,
		.program_fd = step->new->fd,
		.type = step->place->type->number,
	};

	if (!snapshot_occurrences(&replace->found, step->new->info.id))
		return 0;
	if (step->way == STEP_PLAIN && snapshot_occurrences(&replace->found, step->old->info.id))
		return kernel->ops->detach(kernel, &off);
	return call(replace, step, step->new, step->old, step->flags_old, 0);
}

/* Whether the chain is again as it was before the swap, which the place still holds as done. */
static bool is_as_before(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	struct snapshot *found = &replace->found;
	const struct snapshot *done = &step->place->now;

	if (snapshot_read(found, replace->session, step->place->cgroup->fd,
			  step->place->type->number, 0))
		return false;
	/* of one that stood in several places the place holds nothing as done */
	if (step->somewhere)
		return snapshot_same_list(found, done);
	if (found->count != done->count || found->ids[step->position] != step->old->info.id)
		return false;
	found->ids[step->position] = step->new->info.id;
	return snapshot_same_list(found, done);
}

static enum cgswap_status refuse_wrong(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct place *place = step->place;
	size_t found = snapshot_find(&replace->found, step->new->info.id);
	size_t count = replace->found.count;
	char where[64] = "stood nowhere there", place_name[40];
	int err = take_back(replace, step);
	bool restored = is_as_before(replace, step);

	if (step->somewhere)
		snprintf(place_name, sizeof(place_name), "in the place of link %u", step->link_id);
	else
		snprintf(place_name, sizeof(place_name), "at position %zu", step->position);
	if (found < count)
		snprintf(where, sizeof(where), "stood at %zu of %zu", found, count);
	step->place->looks++;
	step->stands = !restored && snapshot_occurrences(&replace->found, step->new->info.id);
	if (!restored)
		return error_set(CGSWAP_CAUSE_ROLLBACK_INCOMPLETE, -err, REPLACE,
				 "program %u should stand %s of %s of %s, and %s; it could not be made "
				 "as it was",
				 step->new->info.id, place_name, place->type->short_name,
				 place->cgroup->path, where);
	return error_set(CGSWAP_CAUSE_VERIFY_FAILED, 0, REPLACE,
			 "program %u should stand %s of %s of %s, and %s",
			 step->new->info.id, place_name, place->type->short_name,
			 place->cgroup->path, where);
}

/* Where the one list has old and the other new, and all else is the same; count when it is not so. */
static size_t find_change(const struct snapshot *before, const struct snapshot *after, uint32_t old,
			  uint32_t new)
{
	size_t at = before->count;

	if (before->count != after->count)
		return at;
	for (size_t i = 0; i < before->count; i++) {
		if (before->ids[i] == after->ids[i])
			continue;
		if (at < before->count || before->ids[i] != old || after->ids[i] != new)
			return before->count;
		at = i;
	}
	return at;
}

/* A program that stood in several places: which of them was the link's shows now, if it changed. */
static bool shows_where(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct snapshot *now = &step->place->now;
	size_t at;

	if (step->new->info.id == step->old->info.id)
		return snapshot_same_list(&replace->found, now);
	at = find_change(now, &replace->found, step->old->info.id, step->new->info.id);
	if (at == now->count)
		return false;
	step->position = at;
	step->shown = true;
	now->ids[at] = step->new->info.id;
	return true;
}

/* What was wanted is there in its order, with what others put between, and the old program is not. */
static bool stands_among_others(const struct snapshot *found, const struct snapshot *wanted,
				uint32_t old)
{
	size_t at = 0;

	for (size_t i = 0; i < found->count && at < wanted->count; i++)
		at += found->ids[i] == wanted->ids[at];
	return at == wanted->count && !snapshot_occurrences(found, old);
}

/* Looks whether our program stands in its place; what others did since cannot be held against us. */
static enum cgswap_status verify(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct snapshot *wanted = &step->place->now;
	struct snapshot *found = &replace->found;

	if (snapshot_read(found, replace->session, step->place->cgroup->fd,
			  step->place->type->number, 0))
		return CGSWAP_OK;
	if (found->revision == wanted->revision &&
	    (step->somewhere ? shows_where(replace, step) : snapshot_same_list(found, wanted))) {
		step->verified = true;
		return CGSWAP_OK;
	}
	if (found->revision > wanted->revision)
		return CGSWAP_OK;
	if (!wanted->revision && !step->somewhere &&
	    stands_among_others(found, wanted, step->old->info.id)) {
		step->verified = true;
		return CGSWAP_OK;
	}
	/* without revisions only the two side by side can be nobody's doing but ours */
	if (!wanted->revision &&
	    (step->way != STEP_PLAIN || !snapshot_occurrences(found, step->old->info.id) ||
	     !snapshot_occurrences(found, step->new->info.id)))
		return CGSWAP_OK;
	return refuse_wrong(replace, step);
}

/*
 * The kernel is given the revision that the place was last found at, which may be others' doing;
 * and an update of a link takes none: it is compared just before.
 */
static enum cgswap_status compare_revision(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct place *place = step->place;
	int err;

	if (!step->expected_revision || step->blind)
		return CGSWAP_OK;
	if (step->foreign != place->foreign)
		return explain_revision(place->cgroup, place->type, place->now.revision,
					step->expected_revision, 0, REPLACE);
	if (step->way != STEP_LINK)
		return CGSWAP_OK;
	err = snapshot_read(&replace->found, replace->session, place->cgroup->fd,
			    place->type->number, 0);
	if (err)
		return explain_query(replace->session, place->cgroup, place->type, -err, REPLACE);
	if (replace->found.revision == place->now.revision)
		return CGSWAP_OK;
	return explain_revision(place->cgroup, place->type, replace->found.revision,
				place->now.revision, 0, REPLACE);
}

enum cgswap_status replace_swap(struct cgswap_replace *replace, struct cgswap_step *step)
{
	bool moved = step->look != step->place->looks || !step->settled;
	enum cgswap_status status = CGSWAP_OK;
	int err, looks = 0;

	/* others of our own steps may have moved the place on: that look is not the caller's */
	if (moved && !step->blind)
		status = replace_look_again(replace, step, &moved);
	else
		moved = false;
	if (!status)
		status = compare_revision(replace, step);
	while (!status) {
		err = moved ? -ESTALE : call(replace, step, step->old, step->new, step->flags_new,
					     guard(replace, step));
		if (!err)
			break;
		if (looks++ < replace->retries || step->expected_revision)
			status = look_after(replace, step, -err, &moved);
		else
			status = err == -ESTALE ? refuse_restless(replace, step) :
						  look_after(replace, step, -err, &moved);
	}
	if (status)
		return status;
	step->guard = guard_of(replace, step);
	advance(step, step->new);
	step->stands = true;
	if (replace->verify)
		status = verify(replace, step);
	/* a link's swap may have met another revision than the one that was read */
	if (!step->blind && (step->way != STEP_LINK || step->verified))
		step->revision = step->place->now.revision;
	return status;
}

/* Whatever stands in such a chain would be overwritten, so it must be seen to be ours. */
static int overwrite_back(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct place *place = step->place;
	struct snapshot *found = &replace->found;
	int err;

	err = snapshot_read(found, replace->session, place->cgroup->fd, place->type->number, 0);
	if (err)
		return err;
	if (found->count != 1 || found->ids[0] != step->new->info.id ||
	    (found->mode & KERNEL_MULTI))
		return -ENOENT;
	return call(replace, step, step->new, step->old, step->flags_old,
		    replace->guarded ? found->revision : 0);
}

/*
 * The way back needs no look: it takes the old program's own flags, and touches only an entry that
 * holds ours. The guard is tried first since it keeps the place known.
 */
enum cgswap_status replace_swap_back(struct cgswap_replace *replace, struct cgswap_step *step)
{
	bool known = step->look == step->place->looks;
	bool alone = step->way == STEP_OVERWRITE;
	struct attempt attempt;
	int err = -ESTALE;

	if (known && !(alone && !guard(replace, step)))
		err = call(replace, step, step->new, step->old, step->flags_old,
			   guard(replace, step));
	if (!err) {
		advance(step, step->old);
		step->stands = false;
		return CGSWAP_OK;
	}
	if (err == -ESTALE) {
		step->place->looks++;
		err = alone ? overwrite_back(replace, step) :
			      call(replace, step, step->new, step->old, step->flags_old, 0);
	}
	if (!err) {
		step->place->swaps++;
		if (step->place->now.revision)
			step->place->now.revision++;
		step->stands = false;
		return CGSWAP_OK;
	}
	attempt = replace_attempt(replace, step);
	attempt.program = step->old;
	attempt.old = step->new;
	attempt.flags = step->flags_old;
	attempt.revision = 0;
	attempt.named = "the new program";
	/* a link says by itself that it was changed */
	if (step->way == STEP_LINK)
		attempt.seen = NULL;
	return explain_refusal(&attempt, -err);
}
