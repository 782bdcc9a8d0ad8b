/* SPDX-License-Identifier: BSD-2-Clause */
/* One swap, there and back. */
#include <errno.h>

#include "base/error.h"
#include "explain/explain.h"
#include "replace/replace.h"

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

struct change replace_change(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	static const enum change_kind kinds[] = {
		[STEP_PLAIN] = CHANGE_REPLACE,
		[STEP_LINK] = CHANGE_LINK_UPDATE,
		[STEP_OVERWRITE] = CHANGE_OVERWRITE,
	};

	return (struct change){
		.kind = kinds[step->method],
		.session = replace->session,
		.cgroup = step->place->cgroup,
		.type = step->place->type,
		.program = step->new,
		.old = step->old,
		.named = step->selector,
		.flags = step->flags_new,
		.link_fd = step->link_fd,
		.link_id = step->link_id,
		.revision = expected(step),
		.seen = step->unread ? NULL : &step->place->now,
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

int replace_call(const struct cgswap_replace *replace, const struct cgswap_step *step,
		 const struct program *from, const struct program *to, uint32_t flags,
		 uint64_t revision)
{
	struct kernel *kernel = replace->session->kernel;
	const struct kernel_attach request = {
		.target_fd = step->place->cgroup->fd,
		.program_fd = to->fd,
		.type = step->place->type->number,
		.flags = flags,
		.replace_fd = step->method == STEP_PLAIN ? (uint32_t)from->fd : 0,
		.revision = revision,
	};

	if (step->method == STEP_LINK)
		return call_link(kernel, step, from, to);
	return kernel->ops->attach(kernel, &request);
}

static uint64_t step_guard(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	if (step->unread)
		return expected(step);
	return replace->guarded ? step->place->now.revision : 0;
}

static enum cgswap_guard step_guard_kind(const struct cgswap_replace *replace,
					 const struct cgswap_step *step)
{
	if (step->method != STEP_LINK && step_guard(replace, step))
		return CGSWAP_GUARD_REVISION;
	return step->method == STEP_OVERWRITE ? CGSWAP_GUARD_NONE : CGSWAP_GUARD_PROGRAM;
}

/* Keeps the place up with what was just done to it. */
static void advance(struct cgswap_step *step, const struct program *to)
{
	struct snapshot *now = &step->place->now;

	step->place->swaps++;
	if (step->unread)
		return;
	/* whoever was resolved to this place before must look where things stand */
	if (step->position_unknown)
		step->place->looks++;
	else
		now->ids[step->position] = to->info.id;
	if (now->revision)
		now->revision++;
}

/*
 * The kernel says that the place is not as it was resolved. Who asked for one revision gets his
 * answer; where nothing moved, that is the answer as well.
 */
static enum cgswap_status recover_from_refusal(struct cgswap_replace *replace,
					       struct cgswap_step *step, int errnum, bool *moved)
{
	bool may_have_moved = errnum == ESTALE || errnum == ENOENT ||
			      (step->method == STEP_LINK && (errnum == EPERM || errnum == ENOLINK));
	struct change change = replace_change(replace, step);
	uint64_t revision = step->place->now.revision;
	enum cgswap_status status;

	if (step->unread || !may_have_moved ||
	    (step->expected_revision && step->method != STEP_LINK))
		return explain_refusal(&change, errnum);
	status = replace_look_again(replace, step, moved);
	if (!status && !*moved && errnum != ESTALE &&
	    (!revision || step->place->now.revision == revision))
		return explain_refusal(&change, errnum);
	return status;
}

static enum cgswap_status error_kept_changing(const struct cgswap_replace *replace,
					      const struct cgswap_step *step)
{
	return error_set(CGSWAP_CAUSE_LOST_RACE, ESTALE,
			 "%s of %s kept changing; looked at it again %d times",
			 step->place->type->short_name, step->place->cgroup->path,
			 replace->retries);
}

/*
 * The kernel is given the revision that the place was last found at, which may be others' doing;
 * and an update of a link takes none: it is compared just before.
 */
static enum cgswap_status compare_revision(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct place *place = step->place;
	int err;

	if (!step->expected_revision || step->unread)
		return CGSWAP_OK;
	if (step->foreign != place->foreign)
		return explain_revision(place->cgroup, place->type, place->now.revision,
					step->expected_revision, 0);
	if (step->method != STEP_LINK)
		return CGSWAP_OK;
	err = snapshot_read(&replace->found, replace->session, place->cgroup->fd,
			    place->type->number, 0);
	if (err)
		return explain_query(replace->session, place->cgroup, place->type, -err);
	if (replace->found.revision == place->now.revision)
		return CGSWAP_OK;
	return explain_revision(place->cgroup, place->type, replace->found.revision,
				place->now.revision, 0);
}

enum cgswap_status replace_swap(struct cgswap_replace *replace, struct cgswap_step *step)
{
	bool moved = step->look != step->place->looks || !step->flags_known;
	enum cgswap_status status = CGSWAP_OK;
	int err, looks = 0;

	/* others of our own steps may have moved the place on: that look is not the caller's */
	if (moved && !step->unread)
		status = replace_look_again(replace, step, &moved);
	else
		moved = false;
	if (!status)
		status = compare_revision(replace, step);
	while (!status) {
		err = moved ? -ESTALE
			    : replace_call(replace, step, step->old, step->new, step->flags_new,
					   step_guard(replace, step));
		if (!err)
			break;
		if (looks++ < replace->retries || step->expected_revision)
			status = recover_from_refusal(replace, step, -err, &moved);
		else
			status = err == -ESTALE ? error_kept_changing(replace, step)
						: recover_from_refusal(replace, step, -err, &moved);
	}
	if (status)
		return status;
	step->guard = step_guard_kind(replace, step);
	advance(step, step->new);
	step->applied = true;
	if (replace->verify)
		status = replace_verify(replace, step);
	/* a link's swap may have met another revision than the one that was read */
	if (!step->unread &&
	    (step->method != STEP_LINK ||
	     (step->verified && replace->found.revision == step->place->now.revision)))
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
	return replace_call(replace, step, step->new, step->old, step->flags_old,
			    replace->guarded ? found->revision : 0);
}

/*
 * The way back needs no look: it takes the old program's own flags, and touches only an entry that
 * holds ours. The guard is tried first since it keeps the place known.
 */
enum cgswap_status replace_swap_back(struct cgswap_replace *replace, struct cgswap_step *step)
{
	bool known = step->look == step->place->looks;
	bool alone = step->method == STEP_OVERWRITE;
	struct change change;
	int err = -ESTALE;

	if (known && !(alone && !step_guard(replace, step)))
		err = replace_call(replace, step, step->new, step->old, step->flags_old,
				   step_guard(replace, step));
	if (!err) {
		advance(step, step->old);
		step->applied = false;
		return CGSWAP_OK;
	}
	if (err == -ESTALE) {
		step->place->looks++;
		err = alone ? overwrite_back(replace, step)
			    : replace_call(replace, step, step->new, step->old, step->flags_old, 0);
	}
	if (!err) {
		step->place->swaps++;
		if (step->place->now.revision)
			step->place->now.revision++;
		step->applied = false;
		return CGSWAP_OK;
	}
	change = replace_change(replace, step);
	change.program = step->old;
	change.old = step->new;
	change.flags = step->flags_old;
	change.revision = 0;
	change.named = "the new program";
	/* a link says by itself that it was changed */
	if (step->method == STEP_LINK)
		change.seen = NULL;
	return explain_refusal(&change, -err);
}
