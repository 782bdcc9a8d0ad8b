/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a swap took its place; and back with what went to the wrong one. */
#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "explain/explain.h"
#include "cgroup/link_scan.h"
#include "replace/replace.h"

/*
 * The chain is not what the swap must have made of it, and nobody else touched it. The new program
 * gives way again; where the kernel says that the old one stands there plainly, it was put beside
 * that, and is taken off.
 */
static int take_back(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	struct kernel *kernel = replace->session->kernel;
	struct kernel_attach off = {
		.target_fd = step->place->cgroup->fd,
		.program_fd = step->new->fd,
		.type = step->place->type->number,
	};

	int err;

	if (!snapshot_occurrences(&replace->found, step->new->info.id))
		return 0;
	err = replace_call(replace, step, step->new, step->old, step->flags_old, 0);
	if (err == -EINVAL && step->method == STEP_PLAIN)
		err = kernel->ops->detach(kernel, &off);
	return err;
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
	if (step->position_unknown)
		return snapshot_same_list(found, done);
	if (found->count != done->count || found->ids[step->position] != step->old->info.id)
		return false;
	found->ids[step->position] = step->new->info.id;
	return snapshot_same_list(found, done);
}

static enum cgswap_status error_misplaced(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct place *place = step->place;
	size_t found = snapshot_find(&replace->found, step->new->info.id);
	size_t count = replace->found.count;
	char where[64] = "stood nowhere there", place_name[40];
	int err = take_back(replace, step);
	bool restored = is_as_before(replace, step);

	if (step->position_unknown)
		snprintf(place_name, sizeof(place_name), "in the place of link %u", step->link_id);
	else
		snprintf(place_name, sizeof(place_name), "at position %zu", step->position);
	if (found < count)
		snprintf(where, sizeof(where), "stood at %zu of %zu", found, count);
	step->place->looks++;
	step->applied = !restored && snapshot_occurrences(&replace->found, step->new->info.id);
	if (!restored)
		return error_set(
			CGSWAP_CAUSE_ROLLBACK_INCOMPLETE, -err,
			"program %u should stand %s of %s of %s, and %s; it could not be made "
			"as it was",
			step->new->info.id, place_name, place->type->short_name,
			place->cgroup->path, where);
	return error_set(CGSWAP_CAUSE_VERIFY_FAILED, 0,
			 "program %u should stand %s of %s of %s, and %s", step->new->info.id,
			 place_name, place->type->short_name, place->cgroup->path, where);
}

/* Where the one list has old and the other new, and all else is the same; count when it is not so.
 */
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
	step->position_found = true;
	now->ids[at] = step->new->info.id;
	return true;
}

/* A link is in one place: where its program is, if that is nowhere else. */
static bool shows_link(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct snapshot *found = &replace->found;

	if (step->method != STEP_LINK || snapshot_occurrences(found, step->new->info.id) != 1)
		return false;
	step->position = snapshot_find(found, step->new->info.id);
	step->position_found = true;
	step->place->looks++;
	return true;
}

/* Whether the old program stands plainly still, for sure; by links others may have put it there. */
static bool is_plain_still(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	const struct place *place = step->place;
	struct link_scan links;
	size_t held;

	if (link_scan_read(&links, replace->session->kernel, place->cgroup->id,
			   place->type->number))
		return false;
	held = link_scan_count(&links, step->old->info.id);
	link_scan_free(&links);
	return held < snapshot_occurrences(&replace->found, step->old->info.id);
}

/* The list as it was, and ours at its end: the kernel did not mind that it was to replace. */
static bool was_appended(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	const struct snapshot *found = &replace->found, *done = &step->place->now;

	if (step->method != STEP_PLAIN || found->count != done->count + 1 ||
	    found->ids[done->count] != step->new->info.id)
		return false;
	for (size_t i = 0; i < done->count; i++)
		if (found->ids[i] != (i == step->position ? step->old->info.id : done->ids[i]))
			return false;
	return is_plain_still(replace, step);
}

/*
 * What was wanted is there in its order, with what others put between. The old program may be there
 * again, put there anew, which without the feature ordering is behind ours.
 */
static bool stands_among_others(const struct snapshot *found,
				const struct snapshot *requested_preorder,
				const struct cgswap_step *step)
{
	size_t at = 0;

	for (size_t i = 0; i < found->count && at < requested_preorder->count; i++)
		at += found->ids[i] == requested_preorder->ids[at];
	return at == requested_preorder->count &&
	       snapshot_find(found, step->old->info.id) >= snapshot_find(found, step->new->info.id);
}

/* A link outlives its cgroup for a moment, and takes updates that come to nothing: this one back,
 * too. */
static enum cgswap_status error_cgroup_gone(struct cgswap_replace *replace,
					    struct cgswap_step *step)
{
	const struct place *place = step->place;

	replace_call(replace, step, step->new, step->old, step->flags_old, 0);
	step->place->looks++;
	step->applied = false;
	return explain_query(replace->session, place->cgroup, place->type, ENOENT);
}

/* Looks whether our program stands in its place; what others did since cannot be held against us.
 */
enum cgswap_status replace_verify(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct place *place = step->place;
	const struct snapshot *requested_preorder = &place->now;
	struct snapshot *found = &replace->found;
	int err = snapshot_read(found, replace->session, place->cgroup->fd, place->type->number, 0);

	if (err == -ENOENT && step->method == STEP_LINK)
		return error_cgroup_gone(replace, step);
	if (err)
		return CGSWAP_OK;
	if (found->revision == requested_preorder->revision &&
	    (step->position_unknown ? shows_where(replace, step)
				    : snapshot_same_list(found, requested_preorder))) {
		step->verified = true;
		return CGSWAP_OK;
	}
	/* with revisions, one that has not moved on is nobody's doing but ours */
	if (requested_preorder->revision && found->revision <= requested_preorder->revision)
		return error_misplaced(replace, step);
	if (!requested_preorder->revision && !step->position_unknown && was_appended(replace, step))
		return error_misplaced(replace, step);
	step->verified = shows_link(replace, step) ||
			 (!requested_preorder->revision && !step->position_unknown &&
			  stands_among_others(found, requested_preorder, step));
	return CGSWAP_OK;
}
