/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps that attach or detach: binding, the position for the rollback of a detach, the state of the
 * chain, and the comparison after the step.
 */
#include <string.h>

#include "base/error.h"
#include "explain/explain.h"
#include "replace/replace.h"
#include "replace/replace_bind.h"
#include "replace/replace_errors.h"
#include "replace/replace_request.h"

/* ---- binding --------------------------------------------------------------------------------- */

static size_t count_attaches(const struct chain_state *chain)
{
	size_t count = 0;

	for (const struct cgswap_step *step = chain->steps; step; step = step->next_in_chain)
		count += step->asked.kind == STEP_ATTACHES;
	return count;
}

enum cgswap_status replace_bind_attach(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct cgswap_chain *chain = step->asked.chain;
	struct step_target *target = &step->target;
	uint64_t expected = step->asked.expected_revision;
	enum cgswap_status status;
	size_t earlier;

	status = chain_read(chain);
	if (status)
		return status;
	expected = chain_state_follow_probes(&replace->chains, chain, expected);
	if (expected && expected != chain->now.revision)
		return explain_revision(chain->cgroup, chain->type, chain->now.revision, expected,
					0);
	status = replace_bind_chain(replace, step);
	if (status)
		return status;
	earlier = count_attaches(target->chain);
	/* memory for each entry that the transaction adds, since a commit allocates nothing */
	if (snapshot_reserve(&target->chain->now, target->chain->now.count + earlier + 1))
		return error_no_memory();
	target->position = target->chain->now.count + earlier;
	target->position_known = true;
	target->generation = target->chain->generation;
	target->flags_known = true;
	return CGSWAP_OK;
}

/* ---- the way back of a detach ---------------------------------------------------------------- */

/* The kernel accepts a plain entry as anchor of one with the same preorder. */
static enum cgswap_status may_anchor(bool *out, struct cgswap_replace *replace,
				     struct cgswap_step *step, size_t position)
{
	const struct snapshot *now = &step->target.chain->now;
	struct preorder_answer answer = { .preorder = CGSWAP_PREORDER_DEFAULT };
	enum cgswap_preorder ours = step->target.found_preorder;
	uint32_t id = now->ids[position];
	enum cgswap_status status;
	enum preorder_result result;
	int fd;

	*out = false;
	if (step->asked.chain->entries[position].link_id || snapshot_occurrences(now, id) > 1)
		return CGSWAP_OK;
	status = program_fd_by_id(&fd, replace->session->kernel, id);
	if (status)
		return status;
	result = replace_ask_preorder(replace, step, position, fd,
				      replace->dry_run ? PREORDER_BY_ORDER : PREORDER_BY_CHILD,
				      &answer);
	replace->session->kernel->ops->close(replace->session->kernel, fd);
	*out = result == PREORDER_FOUND ? answer.preorder == ours : replace->dry_run;
	return CGSWAP_OK;
}

/* Finds an entry beside the step's that the way back can attach to. */
static enum cgswap_status find_anchor(struct cgswap_replace *replace, struct cgswap_step *step)
{
	size_t position = step->target.position, count = step->target.chain->now.count;
	enum cgswap_status status;
	bool after, before = false;

	status = may_anchor(&after, replace, step, position + 1);
	if (!status && !after)
		status = may_anchor(&before, replace, step, position - 1);
	if (status)
		return status;
	if (!after && !before)
		return replace_error_no_way_back(step, count);
	step->target.side = after ? KERNEL_BEFORE : KERNEL_AFTER;
	return CGSWAP_OK;
}

enum cgswap_status replace_bind_way_back(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct step_target *target = &step->target;
	enum cgswap_status status;

	target->side = 0;
	if (target->method == STEP_OVERWRITE || target->position + 1 == target->chain->now.count)
		return CGSWAP_OK;
	status = session_check_feature(replace->session, CGSWAP_FEATURE_ORDERING);
	if (status == CGSWAP_E_UNSUPPORTED)
		return replace_error_no_way_back(step, target->chain->now.count);
	if (status)
		return status;
	if (target->position == 0) {
		target->side = KERNEL_BEFORE;
		return CGSWAP_OK;
	}
	status = replace_hold(step);
	if (status)
		return status;
	status = chain_describe_links(step->asked.chain);
	if (!status)
		status = find_anchor(replace, step);
	replace_release(step);
	return status;
}

/* ---- the state of the chain ------------------------------------------------------------------ */

/* Without a known position the next step refreshes. */
void replace_record_attach(struct cgswap_step *step, const struct program *program)
{
	struct snapshot *now = &step->target.chain->now;
	struct step_target *target = &step->target;
	size_t at = step->asked.kind == STEP_DETACHES ? target->position : now->count;

	/* positions of other steps have changed, unless it is last */
	if (at < now->count)
		chain_state_invalidate(target->chain);
	if (now->count == now->capacity || at > now->count) {
		chain_state_invalidate(target->chain);
		return;
	}
	memmove(&now->ids[at + 1], &now->ids[at], (now->count - at) * sizeof(*now->ids));
	now->ids[at] = program->info.id;
	if (!now->count++ && target->method != STEP_OVERWRITE)
		now->mode = KERNEL_MULTI;
	target->position = at;
	target->position_known = true;
}

static void record_anchor(struct step_target *target, const struct snapshot *now)
{
	size_t at = target->position;
	uint32_t side = target->side;

	/* others, or earlier steps, have attached behind an entry that was last */
	target->may_be_last = !side && at < now->count && target->method == STEP_PLAIN;
	if (target->may_be_last)
		side = KERNEL_BEFORE;
	target->anchor_id = 0;
	if (side == KERNEL_BEFORE && at)
		target->anchor_id = now->ids[at];
	else if (side == KERNEL_AFTER)
		target->anchor_id = now->ids[at - 1];
	target->flags_old &= ~(uint32_t)(KERNEL_REPLACE | KERNEL_BEFORE | KERNEL_AFTER | KERNEL_ID);
	target->flags_old |= side | (target->anchor_id ? KERNEL_ID : 0);
}

void replace_drop_anchor(struct cgswap_step *step)
{
	step->target.flags_old &= ~(uint32_t)(KERNEL_BEFORE | KERNEL_ID);
	step->target.anchor_id = 0;
	step->target.may_be_last = false;
}

void replace_record_detach(struct cgswap_step *step)
{
	struct snapshot *now = &step->target.chain->now;
	struct step_target *target = &step->target;
	size_t at = target->position;

	if (at + 1 < now->count)
		chain_state_invalidate(target->chain);
	if (at >= now->count) {
		chain_state_invalidate(target->chain);
		return;
	}
	now->count--;
	memmove(&now->ids[at], &now->ids[at + 1], (now->count - at) * sizeof(*now->ids));
	if (step->asked.kind == STEP_DETACHES)
		record_anchor(target, now);
	/* the step itself is up to date for its way back */
	target->generation = target->chain->generation;
}

/* ---- verification ---------------------------------------------------------------------------- */

/* The kernel did something else than requested, since nothing else has changed the chain. */
static enum cgswap_status restore_entry(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct chain_state *chain = step->target.chain;
	const struct program *program = step->new ? step->new : step->target.old;
	struct snapshot *found = &replace->found;
	size_t position = snapshot_find(found, program->info.id), count = found->count;
	bool there = position < count;
	int err = 0;

	chain_state_invalidate(chain);
	if (step->new &&there)
		err = replace_call(replace, step, step->new, NULL, 0, 0);
	if (snapshot_read(found, replace->session, cgroup_fd(chain->cgroup), chain->type->number,
			  0))
		found->count = 0;
	if (step->asked.kind == STEP_DETACHES) {
		step->result.applied = false;
		return replace_error_still_attached(step, position, count);
	}
	step->result.applied = snapshot_occurrences(found, program->info.id) > 0;
	return replace_error_misplaced(step, position, count, !step->result.applied, -err);
}

enum cgswap_status replace_verify_entry(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	const struct snapshot *made = &chain->now;
	struct snapshot *found = &replace->found;
	size_t times;

	if (snapshot_read(found, replace->session, cgroup_fd(chain->cgroup), chain->type->number,
			  0))
		return CGSWAP_OK; /* done, but not verified */
	if (found->revision == made->revision && snapshot_same_list(found, made)) {
		step->result.verified = true;
		return CGSWAP_OK;
	}
	/* changes by others would have been counted, so the kernel made the difference */
	if (made->revision && found->revision == made->revision)
		return restore_entry(replace, step);
	chain_state_invalidate(step->target.chain);
	times = snapshot_occurrences(found, (step->new ? step->new : step->target.old)->info.id);
	step->result.verified = times == (step->new ? 1 : 0);
	if (step->new &&times == 1)
		step->target.position = snapshot_find(found, step->new->info.id);
	return CGSWAP_OK;
}
