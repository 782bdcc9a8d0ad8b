/* SPDX-License-Identifier: BSD-2-Clause */
/* After a swap the chain is compared with what the swap must have made of it. */
#include <errno.h>

#include "cgroup/link_scan.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"

/* ---- comparing ------------------------------------------------------------------------------- */

/* A read of the chain beside the chain's state, which has the swap as done. */
struct comparison {
	bool counted;    /* the kernel counts changes of the chain, by its revision */
	bool moved_on;   /* and counted more of them than the swap */
	bool as_made;    /* revision and list are just what the swap makes */
	bool beside_old; /* ours was appended, and the old program is still attached plainly */
	bool link_found; /* the step's link holds ours, and it stands once: there */
	bool in_order;   /* the list that the swap makes is there, with others in between */
	size_t position; /* where ours was found, if as_made or link_found; or the count */
};

enum verdict {
	VERDICT_IN_POSITION,
	VERDICT_AMONG_CHANGES, /* others changed the chain, and ours stands where it belongs */
	VERDICT_MISPLACED,     /* the kernel put it elsewhere */
	VERDICT_UNKNOWN        /* others changed the chain too much to tell */
};

static enum verdict verify_judge(const struct comparison *seen)
{
	if (seen->as_made)
		return VERDICT_IN_POSITION;
	/* others' changes would have been counted, so the difference is the kernel's own doing */
	if (seen->counted && !seen->moved_on)
		return VERDICT_MISPLACED;
	/* without a count, others may have changed all but this: the kernel did not replace */
	if (!seen->counted && seen->beside_old)
		return VERDICT_MISPLACED;
	/* a link has one entry, so that is the one, wherever others' changes have moved it */
	if (seen->link_found)
		return VERDICT_AMONG_CHANGES;
	/*
	 * With a count there were changes by others, in an order that is not known, so a plain
	 * entry may be one that they made. Without, this is the most that can be asked for.
	 */
	if (!seen->counted && seen->in_order)
		return VERDICT_AMONG_CHANGES;
	return VERDICT_UNKNOWN;
}

/* The position that changed from old to new; the count where that is not the only difference. */
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

/* By links alone others may have put the old program there; plainly it stands for sure only then.
 */
static bool is_still_plain(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	uint32_t old = step->target.old->info.id;
	struct link_scan links;
	size_t by_links;

	if (link_scan_read(&links, replace->session->kernel, chain->cgroup->id,
			   chain->type->number))
		return false;
	by_links = link_scan_count(&links, old);
	link_scan_free(&links);
	return by_links < snapshot_occurrences(&replace->found, old);
}

/* The list as it was before the swap, with ours at its end. */
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
 * All that the swap makes is there in its order. The old program may be there too, attached again,
 * which without the feature ordering is behind ours.
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
 * Where the old program stood in several positions, the state still has it in all of them, and one
 * that changed is the link's. A program that replaces itself shows nothing.
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
	seen.beside_old = target->method == STEP_PLAIN && is_appended(found, made, step) &&
			  is_still_plain(replace, step);
	seen.in_order = is_in_order(found, made, step);
	return seen;
}

/* ---- acting ---------------------------------------------------------------------------------- */

/* Which position was the link's shows only now. */
static void learn_position(struct cgswap_step *step, const struct comparison *seen)
{
	struct snapshot *now = &step->target.chain->now;

	if (step->target.position_known || seen->position >= now->count)
		return;
	step->target.position = seen->position;
	step->target.position_known = true;
	now->ids[seen->position] = step->new->info.id;
}

/* Others' changes moved the link's entry, and so those of other steps. */
static void follow_link(struct cgswap_step *step, const struct comparison *seen)
{
	if (!seen->link_found)
		return;
	step->target.position = seen->position;
	step->target.position_known = true;
	chain_state_invalidate(step->target.chain);
}

/*
 * The new program gives way again. Where the kernel says that the old one still stands there
 * plainly, the new one was put beside it, and is taken off.
 */
static int take_back(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	struct kernel *kernel = replace->session->kernel;
	const struct kernel_attach off = {
		.target_fd = chain->cgroup->fd,
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

/* Reads the chain once more: it is again as before the swap, which its state still has as done. */
static bool is_as_before(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	const struct step_target *target = &step->target;
	struct snapshot *found = &replace->found;

	if (snapshot_read(found, replace->session, chain->cgroup->fd, chain->type->number, 0))
		return false;
	/* of a program that stood in several positions the state has nothing as done */
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

/* A link outlives its cgroup for a moment, and takes updates that come to nothing: this one back,
 * too. */
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

	err = snapshot_read(&replace->found, replace->session, chain->cgroup->fd,
			    chain->type->number, 0);
	if (err == -ENOENT && step->target.method == STEP_LINK)
		return restore_link_of_gone_cgroup(replace, step);
	if (err)
		return CGSWAP_OK; /* done, and not verified */
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
