/* SPDX-License-Identifier: BSD-2-Clause */
/* One swap, there and back. */
#include <errno.h>

#include "chain/chain_retry.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"

/* ---- there ----------------------------------------------------------------------------------- */

/*
 * The chain may not be as the step knows it, so that another attempt may do after a look. ESTALE:
 * the revision is another. ENOENT: the old program is elsewhere, or gone. Of a link EPERM: it holds
 * another program; ENOLINK: it is detached. Without leave to read there is no looking, and one
 * expected revision cannot come back, but the kernel does not compare it in a link's update.
 */
static bool may_have_moved(const struct cgswap_step *step, int errnum)
{
	bool by_link = step->target.method == STEP_LINK;

	if (step->target.unread || (step->asked.expected_revision && !by_link))
		return false;
	if (errnum == ESTALE || errnum == ENOENT)
		return true;
	return by_link && (errnum == EPERM || errnum == ENOLINK);
}

/*
 * Looks at the chain, as often as the caller allows, until it holds still meanwhile. Where it turns
 * out that nothing moved, what the kernel said is the answer.
 */
static enum cgswap_status swap_look_again(struct cgswap_replace *replace, struct cgswap_step *step,
					  int errnum, int *looks)
{
	struct chain_state *chain = step->target.chain;
	struct change change = replace_change(replace, step);
	enum cgswap_status status;
	uint64_t before;
	bool moved;

	do {
		/* what the kernel found missing is looked for once, also without a retry */
		if (*looks - (errnum != ESTALE) >= replace->retries)
			return chain_error_kept_changing(chain->cgroup, chain->type, *looks + 1);
		(*looks)++;
		before = chain->now.revision;
		status = replace_refresh(replace, step, &moved);
		if (status)
			return status;
		if (errnum != ESTALE && !moved && (!before || chain->now.revision == before))
			return explain_refusal(&change, errnum);
		errnum = ESTALE;
	} while (moved);
	return CGSWAP_OK;
}

/* After a failed attempt: CGSWAP_OK where another one is worth making, or the refusal. */
static enum cgswap_status swap_after_failure(struct cgswap_replace *replace,
					     struct cgswap_step *step, int errnum, int *looks)
{
	struct change change;

	if (may_have_moved(step, errnum))
		return swap_look_again(replace, step, errnum, looks);
	change = replace_change(replace, step);
	return explain_refusal(&change, errnum);
}

/*
 * The kernel is given the revision that the chain was last found at, which may be others' doing;
 * and a link's update takes none: there it is compared just before.
 */
static enum cgswap_status check_expected_revision(struct cgswap_replace *replace,
						  const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	struct snapshot *found = &replace->found;
	int err;

	if (!step->asked.expected_revision || step->target.unread)
		return CGSWAP_OK;
	if (step->target.external_changes != chain->external_changes)
		return explain_revision(chain->cgroup, chain->type, chain->now.revision,
					step->asked.expected_revision, 0);
	if (step->target.method != STEP_LINK)
		return CGSWAP_OK;
	err = snapshot_read(found, replace->session, chain->cgroup->fd, chain->type->number, 0);
	if (err)
		return explain_query(replace->session, chain->cgroup, chain->type, -err);
	if (found->revision == chain->now.revision)
		return CGSWAP_OK;
	return explain_revision(chain->cgroup, chain->type, found->revision, chain->now.revision,
				0);
}

/*
 * A step whose flags are not known is not left to the kernel, which may have changed its mind since it
 * refused the probe: it would take the preorder away.
 */
static int swap_attempt(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	if (!step->target.flags_known)
		return -step->target.flags_errnum;
	return replace_call(replace, step, step->target.old, step->new, step->target.flags_new,
			    replace_guard_revision(replace, step));
}

/* Brings the step up to date where need be, and attempts the swap until it is done or refused. */
static enum cgswap_status swap_until_done(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status = CGSWAP_OK;
	bool moved = false;
	int looks = 0, err;

	/* other steps of ours may have moved the chain on: this look is not one of the retries */
	if (!step->target.unread && !replace_is_current(step))
		status = replace_refresh(replace, step, &moved);
	if (!status)
		status = check_expected_revision(replace, step);
	if (!status && moved)
		status = swap_after_failure(replace, step, ESTALE, &looks);
	while (!status) {
		err = swap_attempt(replace, step);
		if (!err)
			return CGSWAP_OK;
		status = swap_after_failure(replace, step, -err, &looks);
		if (!status)
			status = check_expected_revision(replace, step);
	}
	return status;
}

/* The step's entry holds another program, by our own doing: the state of the chain follows. */
static void swap_record(struct cgswap_step *step, const struct program *now_there)
{
	struct step_target *target = &step->target;

	if (target->unread) {
		target->chain->own_changes++;
		return;
	}
	/* which position changed is not known, so no step that was bound before knows its own */
	if (!target->position_known)
		chain_state_invalidate(target->chain);
	else
		target->chain->now.ids[target->position] = now_there->info.id;
	chain_state_count_own_change(target->chain);
}

/* A link's update may have met another revision than the one that was read. */
static bool is_revision_certain(const struct cgswap_replace *replace,
				const struct cgswap_step *step)
{
	if (step->target.unread)
		return false;
	if (step->target.method != STEP_LINK)
		return true;
	return step->result.verified && replace->found.revision == step->target.chain->now.revision;
}

enum cgswap_status replace_swap(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status = swap_until_done(replace, step);

	if (status)
		return status;
	step->result.guard = replace_guard(replace, step);
	swap_record(step, step->new);
	step->result.applied = true;
	if (replace->verify)
		status = replace_verify(replace, step);
	if (is_revision_certain(replace, step))
		step->result.revision = step->target.chain->now.revision;
	return status;
}

/* ---- and back -------------------------------------------------------------------------------- */

/*
 * The way back looks at the chain only where whatever is there would be overwritten: it takes the
 * old program's own flags, and otherwise touches only an entry that holds the new program. So a
 * guard need not be: it is used where the step knows the chain, since its state then stays known.
 */
static bool can_guard_back(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	if (step->target.generation != step->target.chain->generation)
		return false;
	return step->target.method != STEP_OVERWRITE || replace_guard_revision(replace, step);
}

static int swap_back_call(const struct cgswap_replace *replace, const struct cgswap_step *step,
			  uint64_t revision)
{
	return replace_call(replace, step, step->new, step->target.old, step->target.flags_old,
			    revision);
}

static int swap_back_guarded(struct cgswap_replace *replace, struct cgswap_step *step)
{
	int err = swap_back_call(replace, step, replace_guard_revision(replace, step));

	if (!err)
		swap_record(step, step->target.old);
	return err;
}

/* In none and override mode the one entry must be seen to be ours; a revision holds it still. */
static int overwrite_back(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	struct snapshot *found = &replace->found;
	int err;

	err = snapshot_read(found, replace->session, chain->cgroup->fd, chain->type->number, 0);
	if (err)
		return err;
	if (found->count != 1 || found->ids[0] != step->new->info.id ||
	    (found->mode & KERNEL_MULTI))
		return -ENOENT;
	return swap_back_call(replace, step, replace->has_revisions ? found->revision : 0);
}

static int swap_back_unguarded(struct cgswap_replace *replace, struct cgswap_step *step)
{
	int err;

	chain_state_invalidate(step->target.chain);
	if (step->target.method == STEP_OVERWRITE)
		err = overwrite_back(replace, step);
	else
		err = swap_back_call(replace, step, 0);
	if (!err)
		chain_state_count_own_change(step->target.chain);
	return err;
}

static enum cgswap_status error_swap_back(const struct cgswap_replace *replace,
					  const struct cgswap_step *step, int errnum)
{
	struct change change = replace_change(replace, step);

	change.program = step->target.old;
	change.old = step->new;
	change.flags = step->target.flags_old;
	change.revision = 0;
	change.named = "the new program";
	/* a link says by itself that it was changed */
	if (step->target.method == STEP_LINK)
		change.seen = NULL;
	return explain_refusal(&change, errnum);
}

enum cgswap_status replace_swap_back(struct cgswap_replace *replace, struct cgswap_step *step)
{
	bool guarded = can_guard_back(replace, step);
	int err;

	err = guarded ? swap_back_guarded(replace, step) : swap_back_unguarded(replace, step);
	if (guarded && err == -ESTALE)
		err = swap_back_unguarded(replace, step);
	if (err)
		return error_swap_back(replace, step, -err);
	step->result.applied = false;
	return CGSWAP_OK;
}
