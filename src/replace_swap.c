/* SPDX-License-Identifier: BSD-2-Clause */
/* One swap, there and back, and whether it took its place. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "explain.h"
#include "replace.h"

static const char REPLACE[] = "replace";

struct attempt replace_attempt(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	return (struct attempt){
		.kind = ATTEMPT_REPLACE,
		.session = replace->session,
		.cgroup = step->place->cgroup,
		.type = step->place->type,
		.program = step->new,
		.old = step->old,
		.named = step->named,
		.flags = step->flags_new,
		.revision = step->expected_revision,
		.seen = &step->place->now,
	};
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
		.replace_fd = from->fd,
		.revision = revision,
	};

	return kernel->ops->attach(kernel, &request);
}

static uint64_t guard(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	return replace->guarded ? step->place->now.revision : 0;
}

/* Keeps the place up with what was just done to it. */
static void advance(struct cgswap_step *step, const struct program *to)
{
	struct snapshot *now = &step->place->now;

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
	struct attempt attempt = replace_attempt(replace, step);
	uint64_t revision = step->place->now.revision;
	enum cgswap_status status;

	if ((errnum != ESTALE && errnum != ENOENT) || step->expected_revision)
		return explain_refusal(&attempt, errnum);
	status = replace_look_again(replace, step, moved);
	if (!status && !*moved && errnum == ENOENT &&
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

static bool same_list(const struct snapshot *a, const struct snapshot *b)
{
	return a->count == b->count && memcmp(a->ids, b->ids, a->count * sizeof(*a->ids)) == 0;
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
	if (snapshot_occurrences(&replace->found, step->old->info.id))
		return kernel->ops->detach(kernel, &off);
	return call(replace, step, step->new, step->old, step->flags_old, 0);
}

/* Whether the chain is again as it was before the swap, which the place still holds as done. */
static bool is_as_before(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	struct snapshot *found = &replace->found;
	const struct snapshot *done = &step->place->now;

	if (snapshot_read(found, replace->session, step->place->cgroup->fd,
			  step->place->type->number, 0) ||
	    found->count != done->count || found->ids[step->position] != step->old->info.id)
		return false;
	found->ids[step->position] = step->new->info.id;
	return same_list(found, done);
}

static enum cgswap_status refuse_wrong(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct place *place = step->place;
	size_t found = snapshot_find(&replace->found, step->new->info.id);
	size_t count = replace->found.count;
	char where[64] = "stood nowhere there";
	int err = take_back(replace, step);
	bool restored = is_as_before(replace, step);

	if (found < count)
		snprintf(where, sizeof(where), "stood at %zu of %zu", found, count);
	step->place->looks++;
	step->stands = !restored && snapshot_occurrences(&replace->found, step->new->info.id);
	if (!restored)
		return error_set(CGSWAP_CAUSE_ROLLBACK_INCOMPLETE, -err, REPLACE,
				 "program %u should stand at position %zu of %s of %s, and %s; it could "
				 "not be made as it was",
				 step->new->info.id, step->position, place->type->short_name,
				 place->cgroup->path, where);
	return error_set(CGSWAP_CAUSE_VERIFY_FAILED, 0, REPLACE,
			 "program %u should stand at position %zu of %s of %s, and %s",
			 step->new->info.id, step->position, place->type->short_name,
			 place->cgroup->path, where);
}

/* Looks whether our program stands in its place; what others did since cannot be held against us. */
static enum cgswap_status verify(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct snapshot *wanted = &step->place->now;
	struct snapshot *found = &replace->found;

	if (snapshot_read(found, replace->session, step->place->cgroup->fd,
			  step->place->type->number, 0))
		return CGSWAP_OK;
	if (found->revision == wanted->revision && same_list(found, wanted)) {
		step->verified = true;
		return CGSWAP_OK;
	}
	if (found->revision > wanted->revision)
		return CGSWAP_OK;
	/* without revisions only the two side by side can be nobody's doing but ours */
	if (!wanted->revision && !(snapshot_occurrences(found, step->old->info.id) &&
				   snapshot_occurrences(found, step->new->info.id)))
		return CGSWAP_OK;
	return refuse_wrong(replace, step);
}

enum cgswap_status replace_swap(struct cgswap_replace *replace, struct cgswap_step *step)
{
	bool moved = step->look != step->place->looks || !step->settled;
	enum cgswap_status status = CGSWAP_OK;
	int err, looks = 0;

	/* others of our own steps may have moved the place on: that look is not the caller's */
	if (moved)
		status = replace_look_again(replace, step, &moved);
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
	advance(step, step->new);
	step->revision = step->place->now.revision;
	step->stands = true;
	return replace->verify ? verify(replace, step) : CGSWAP_OK;
}

/*
 * The way back needs no look: it takes the old program's own flags, and touches only an entry that
 * holds ours. The guard is tried first since it keeps the place known.
 */
enum cgswap_status replace_swap_back(struct cgswap_replace *replace, struct cgswap_step *step)
{
	bool known = step->look == step->place->looks;
	struct attempt attempt;
	int err = -ESTALE;

	if (known)
		err = call(replace, step, step->new, step->old, step->flags_old,
			   guard(replace, step));
	if (!err) {
		advance(step, step->old);
		step->stands = false;
		return CGSWAP_OK;
	}
	if (err == -ESTALE) {
		step->place->looks++;
		err = call(replace, step, step->new, step->old, step->flags_old, 0);
	}
	if (!err) {
		step->stands = false;
		return CGSWAP_OK;
	}
	attempt = replace_attempt(replace, step);
	attempt.program = step->old;
	attempt.old = step->new;
	attempt.flags = step->flags_old;
	attempt.revision = 0;
	attempt.named = "the new program";
	return explain_refusal(&attempt, -err);
}
