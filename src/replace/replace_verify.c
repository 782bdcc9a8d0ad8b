/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the chain after a swap with the expected result. */
#include <errno.h>

#include "cgroup/link_scan.h"
#include "replace/replace.h"
#include "replace/replace_bind.h"
#include "replace/replace_errors.h"
#include "replace/replace_request.h"

/* ---- comparing ------------------------------------------------------------------------------- */

/* Compares a read of the chain with the chain's state, which includes the swap. */
struct comparison {
	bool counted;    /* the kernel counts changes of the chain in its revision */
	bool moved_on;   /* and it counted more changes than the swap */
	bool as_made;    /* revision and list are exactly the expected result */
	bool beside_old; /* ours was appended, and the old program still has a plain entry */
	bool link_found; /* the step's link holds ours, which has one entry: the link's */
	bool in_order;   /* the expected list is present, with others in between */
	size_t position; /* position of ours, if as_made or link_found; or the count */
};

enum verdict {
	VERDICT_IN_POSITION,
	VERDICT_AMONG_CHANGES, /* others changed the chain, and ours is in the right position */
	VERDICT_MISPLACED,     /* the kernel put it elsewhere */
	VERDICT_UNKNOWN        /* others changed the chain too much to decide */
};

static enum verdict verify_judge(const struct comparison *seen)
{
	if (seen->as_made)
		return VERDICT_IN_POSITION;
	/* changes by others would have been counted, so the kernel made the difference */
	if (seen->counted && !seen->moved_on)
		return VERDICT_MISPLACED;
	/* without a count, others may have changed anything but this: the kernel did not replace */
	if (!seen->counted && seen->beside_old)
		return VERDICT_MISPLACED;
	/* a link has one entry, so this is it, wherever others have moved it */
	if (seen->link_found)
		return VERDICT_AMONG_CHANGES;
	/*
	 * With a count, others made changes in an unknown order, and a plain entry may be theirs.
	 * Without a count, this is the best possible evidence.
	 */
	if (!seen->counted && seen->in_order)
		return VERDICT_AMONG_CHANGES;
	return VERDICT_UNKNOWN;
}

/*
 * Returns the position that changed from old to new; the count if that is not the only difference.
 */
static size_t find_swap(const struct snapshot *before, const struct snapshot *after, uint32_t old,
			uint32_t new)
{
	size_t at = before->count;

	if (before->count != after->count)
		return before->count;
	for (size_t i = 0; i < before->count; i++) {
		if (before->ids[i] == after->ids[i])
			continue;
		if (at < before->count || before->ids[i] != old || after->ids[i] != new)
			return before->count;
		at = i;
	}
	return at;
}

/*
 * True if the old program certainly has a plain entry: more entries than links hold. Others may
 * have attached it by links.
 */
static bool is_still_plain(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	uint32_t old = step->target.old->info.id;
	struct link_scan links;
	size_t by_links;

	if (link_scan_read(&links, chain->cgroup, chain->type->number))
		return false;
	by_links = link_scan_count(&links, old);
	link_scan_free(&links);
	return by_links < snapshot_occurrences(&replace->found, old);
}

/* True if the list is the one before the swap, with ours appended. */
static bool is_appended(const struct snapshot *found, const struct snapshot *made,
			const struct cgswap_step *step)
{
	if (found->count != made->count + 1 || found->ids[made->count] != step->new->info.id)
		return false;
	for (size_t i = 0; i < made->count; i++)
		if (found->ids[i] !=
		    (i == step->target.position ? step->target.old->info.id : made->ids[i]))
			return false;
	return true;
}

/*
 * True if the expected entries are present in their order. The old program may be attached again,
 * which without the feature ordering is after ours.
 */
static bool is_in_order(const struct snapshot *found, const struct snapshot *made,
			const struct cgswap_step *step)
{
	size_t at = 0;

	for (size_t i = 0; i < found->count && at < made->count; i++)
		at += found->ids[i] == made->ids[at];
	return at == made->count && snapshot_find(found, step->target.old->info.id) >=
					    snapshot_find(found, step->new->info.id);
}

/*
 * If the old program had several positions, the state still has it in all of them, and the one that
 * changed is the link's. A program that replaces itself changes nothing.
 */
static bool is_as_made(struct comparison *out, const struct cgswap_replace *replace,
		       const struct cgswap_step *step)
{
	const struct snapshot *found = &replace->found, *made = &step->target.chain->now;
	uint32_t old = step->target.old->info.id, new = step->new->info.id;

	out->position = found->count;
	if (found->revision != made->revision)
		return false;
	if (step->target.position_known || old == new)
		return snapshot_same_list(found, made);
	out->position = find_swap(made, found, old, new);
	return out->position < found->count;
}

static struct comparison verify_compare(const struct cgswap_replace *replace,
					const struct cgswap_step *step)
{
	const struct snapshot *found = &replace->found, *made = &step->target.chain->now;
	const struct step_target *target = &step->target;
	uint32_t new = step->new->info.id;
	struct comparison seen = {
		.counted = made->revision != 0,
		.moved_on = found->revision > made->revision,
	};

	seen.as_made = is_as_made(&seen, replace, step);
	if (seen.as_made)
		return seen;
	seen.link_found = target->method == STEP_LINK && snapshot_occurrences(found, new) == 1;
	if (seen.link_found)
		seen.position = snapshot_find(found, new);
	if (seen.counted || !target->position_known)
		return seen;
	/* a second entry of a program that replaces itself may be that of another's link */
	seen.beside_old = target->method == STEP_PLAIN &&
			  target->old->info.id != new &&is_appended(found, made, step) &&
			  is_still_plain(replace, step);
	seen.in_order = is_in_order(found, made, step);
	return seen;
}

/* ---- acting ---------------------------------------------------------------------------------- */

/* Records the link's position, which is known only after the swap. */
static void learn_position(struct cgswap_step *step, const struct comparison *seen)
{
	struct snapshot *now = &step->target.chain->now;

	if (step->target.position_known || seen->position >= now->count)
		return;
	step->target.position = seen->position;
	step->target.position_known = true;
	now->ids[seen->position] = step->new->info.id;
}

/* Others have moved the link's entry, and so perhaps the entries of other steps. */
static void follow_link(struct cgswap_step *step, const struct comparison *seen)
{
	if (!seen->link_found)
		return;
	step->target.position = seen->position;
	step->target.position_known = true;
	chain_state_invalidate(step->target.chain);
}

/*
 * Detaches the new program again, or puts the old one back in its position. If the kernel reports
 * that the old one is still attached as a plain entry, the new one was attached beside it, and is
 * detached.
 */
static int take_back(const struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	struct kernel *kernel = replace->session->kernel;
	const struct kernel_attach off = {
		.target_fd = cgroup_fd(chain->cgroup),
		.program_fd = step->new->fd,
		.type = chain->type->number,
	};
	int err;

	if (!snapshot_occurrences(&replace->found, step->new->info.id))
		return 0;
	err = replace_call(replace, step, step->new, step->target.old, step->target.flags_old, 0);
	if (err == -EINVAL && step->target.method == STEP_PLAIN)
		err = kernel->ops->detach(kernel, &off);
	return err;
}

/* Reads the chain again. True if it is as before the swap, which its state still includes. */
static bool is_as_before(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	const struct step_target *target = &step->target;
	struct snapshot *found = &replace->found;

	if (snapshot_read(found, replace->session, cgroup_fd(chain->cgroup), chain->type->number,
			  0))
		return false;
	/* for a program with several positions the state does not include the swap */
	if (!target->position_known)
		return snapshot_same_list(found, &chain->now);
	if (found->count != chain->now.count ||
	    found->ids[target->position] != target->old->info.id)
		return false;
	found->ids[target->position] = step->new->info.id;
	return snapshot_same_list(found, &chain->now);
}

static enum cgswap_status restore_misplaced(struct cgswap_replace *replace,
					    struct cgswap_step *step)
{
	uint32_t new = step->new->info.id;
	size_t position = snapshot_find(&replace->found, new), count = replace->found.count;
	int err = take_back(replace, step);
	bool restored = is_as_before(replace, step);

	chain_state_invalidate(step->target.chain);
	step->result.applied = !restored && snapshot_occurrences(&replace->found, new);
	return replace_error_misplaced(step, position, count, restored, -err);
}

/*
 * A link outlives its cgroup for a moment, and accepts updates without effect, including this way
 * back.
 */
static enum cgswap_status restore_link_of_gone_cgroup(struct cgswap_replace *replace,
						      struct cgswap_step *step)
{
	struct chain_state *chain = step->target.chain;

	replace_call(replace, step, step->new, step->target.old, step->target.flags_old, 0);
	chain_state_invalidate(chain);
	step->result.applied = false;
	return explain_query(replace->session, chain->cgroup, chain->type, ENOENT);
}

enum cgswap_status replace_verify(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	struct comparison seen;
	int err;

	if (step->asked.kind != STEP_SWAPS)
		return replace_verify_entry(replace, step);
	err = snapshot_read(&replace->found, replace->session, cgroup_fd(chain->cgroup),
			    chain->type->number, 0);
	if (err == -ENOENT && step->target.method == STEP_LINK)
		return restore_link_of_gone_cgroup(replace, step);
	if (err)
		return CGSWAP_OK; /* done, but not verified */
	seen = verify_compare(replace, step);
	switch (verify_judge(&seen)) {
	case VERDICT_IN_POSITION:
		learn_position(step, &seen);
		step->result.verified = true;
		return CGSWAP_OK;
	case VERDICT_AMONG_CHANGES:
		follow_link(step, &seen);
		step->result.verified = true;
		return CGSWAP_OK;
	case VERDICT_MISPLACED:
		return restore_misplaced(replace, step);
	case VERDICT_UNKNOWN:
		break;
	}
	step->result.verified = false;
	return CGSWAP_OK;
}
