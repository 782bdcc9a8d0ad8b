/* SPDX-License-Identifier: BSD-2-Clause */
/* One step, forward and back. */
#include <errno.h>
#include <stdio.h>

#include "chain/change_log.h"
#include "chain/chain_retry.h"
#include "replace/replace.h"
#include "replace/replace_bind.h"
#include "replace/replace_errors.h"
#include "replace/replace_request.h"

/* ---- forward --------------------------------------------------------------------------------- */

/*
 * True if the chain may differ from the step's state, so that a refresh and another attempt may
 * succeed. ESTALE: the revision differs. ENOENT: the old program is elsewhere, or gone. For a link,
 * EPERM: it holds another program; ENOLINK: it is detached. Without the privilege to read there is
 * no refresh, and an expected revision cannot return, but the kernel does not check it in a link's
 * update.
 */
static bool may_have_moved(const struct cgswap_step *step, int errnum)
{
	bool by_link = step->target.method == STEP_LINK && step->asked.kind == STEP_SWAPS;

	if (step->target.unread || (step->asked.expected_revision && !by_link))
		return false;
	if (errnum == ESTALE || errnum == ENOENT)
		return true;
	return by_link && (errnum == EPERM || errnum == ENOLINK);
}

/*
 * Refreshes the step, as often and as long as the caller allows, until the chain does not change
 * meanwhile. If nothing has changed, the kernel's error is the result.
 */
static enum cgswap_status swap_look_again(struct cgswap_replace *replace, struct cgswap_step *step,
					  int errnum, struct retry *looks)
{
	struct chain_state *chain = step->target.chain;
	struct change change = replace_change(replace, step);
	enum cgswap_status status;
	uint64_t before;
	bool moved;

	do {
		/* a missing program is looked for once more even without retries */
		looks->least = (int64_t)replace->retries + (errnum != ESTALE);
		if (!retry_again(looks))
			return chain_error_kept_changing(chain->cgroup, chain->type,
							 looks->failures);
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

/* After a failed attempt: returns CGSWAP_OK if another attempt may succeed, or else the error. */
static enum cgswap_status swap_after_failure(struct cgswap_replace *replace,
					     struct cgswap_step *step, int errnum,
					     struct retry *looks)
{
	struct change change;

	if (may_have_moved(step, errnum))
		return swap_look_again(replace, step, errnum, looks);
	change = replace_change(replace, step);
	/* the errno is that of a probe: for this program the kernel may have an earlier one */
	if (!step->target.flags_known && explain_forecast(&change))
		return cgswap_error_get_status(cgswap_last_error());
	return explain_refusal(&change, errnum);
}

/* The kernel has reasons that come before the revision, and a dry run names these. */
static enum cgswap_status error_revision_moved(struct cgswap_replace *replace,
					       const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	struct change change = replace_change(replace, step);
	enum cgswap_status status = explain_forecast(&change);

	return status ? status
		      : explain_revision(chain->cgroup, chain->type, chain->now.revision,
					 step->asked.expected_revision, 0);
}

/*
 * The kernel checks the revision of the last read, which may include changes by others, and a
 * link's update takes no revision. So the caller's revision is compared just before.
 */
static enum cgswap_status check_expected_revision(struct cgswap_replace *replace,
						  const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	struct snapshot *found = &replace->found;
	enum cgswap_status status;
	int err;

	if (!step->asked.expected_revision || step->target.unread)
		return CGSWAP_OK;
	if (step->target.external_changes != chain->external_changes)
		return error_revision_moved(replace, step);
	if (step->target.method != STEP_LINK || step->asked.kind != STEP_SWAPS)
		return CGSWAP_OK;
	err = snapshot_read(found, replace->session, cgroup_fd(chain->cgroup), chain->type->number,
			    0);
	if (err)
		return explain_query(replace->session, chain->cgroup, chain->type, -err);
	if (found->revision == chain->now.revision)
		return CGSWAP_OK;
	status = replace_check_link(replace, step);
	return status ? status
		      : explain_revision(chain->cgroup, chain->type, found->revision,
					 chain->now.revision, 0);
}

static enum cgswap_status error_entry_taken(struct cgswap_replace *replace,
					    const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	struct change change = replace_change(replace, step);
	enum cgswap_status status = explain_forecast(&change);

	return status ? status
		      : explain_lost(chain->cgroup, chain->type, &chain->now, step->asked.selector,
				     step->target.old->info.id, ENOENT);
}

/*
 * Without known flags no swap is attempted: the chain may have changed since the kernel rejected
 * the probe, and a replace that it accepts now would clear the preorder flag.
 */
static int swap_attempt(const struct cgswap_replace *replace, struct cgswap_step *step)
{
	if (!step->target.flags_known)
		return -step->target.flags_errnum;
	return replace_call(replace, step, step->target.old, step->new, step->target.flags_new,
			    replace_guard_revision(replace, step));
}

/* Refreshes the step if necessary, and attempts the swap until it succeeds or fails for good. */
static enum cgswap_status swap_until_done(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct retry looks = { .time_ms = replace->retries ? replace->retry_time_ms : 0 };
	enum cgswap_status status = CGSWAP_OK;
	bool moved = false, logged = false;
	int err;

	/* other steps of ours may have changed the chain: this refresh is not one of the retries */
	if (!step->target.unread && !replace_is_current(step))
		status = replace_refresh(replace, step, &moved);
	if (!status)
		status = check_expected_revision(replace, step);
	if (!status && step->target.taken)
		status = error_entry_taken(replace, step);
	if (!status && moved)
		status = swap_after_failure(replace, step, ESTALE, &looks);
	while (!status) {
		err = swap_attempt(replace, step);
		if (!err)
			return CGSWAP_OK;
		status = swap_after_failure(replace, step, -err, &looks);
		if (!status && !logged)
			chain_log_retry(replace->session, step->target.chain->cgroup,
					step->target.chain->type, "swap");
		logged = true;
		if (!status)
			status = check_expected_revision(replace, step);
	}
	return status;
}

static void record_entry(struct cgswap_step *step, const struct program *now_there)
{
	if (now_there)
		replace_record_attach(step, now_there);
	else
		replace_record_detach(step);
	chain_state_count_own_change(step->target.chain);
}

/* Updates the state of the chain after our own change of the step's entry. */
static void swap_record(struct cgswap_step *step, const struct program *now_there)
{
	struct step_target *target = &step->target;

	if (target->unread) {
		target->chain->own_changes++;
		return;
	}
	if (!target->old || !step->new) {
		record_entry(step, now_there);
		return;
	}
	/* the changed position is unknown, so all bound steps must refresh */
	if (!target->position_known)
		chain_state_invalidate(target->chain);
	else
		target->chain->now.ids[target->position] = now_there->info.id;
	chain_state_count_own_change(target->chain);
}

/* A link's update may have happened at another revision than the one that was read. */
static bool is_revision_certain(const struct cgswap_replace *replace,
				const struct cgswap_step *step)
{
	if (step->target.unread)
		return false;
	if (step->target.method != STEP_LINK || step->asked.kind != STEP_SWAPS)
		return true;
	return step->result.verified && replace->found.revision == step->target.chain->now.revision;
}

static void swap_log(const struct cgswap_replace *replace, const struct cgswap_step *step,
		     const struct program *from, const struct program *to, uint64_t revision)
{
	const struct chain_state *chain = step->target.chain;

	change_log(replace->session, chain->cgroup, chain->type, from, to, revision);
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
	if (step->result.applied)
		swap_log(replace, step, step->target.old, step->new, step->result.revision);
	return status;
}

/* ---- back ------------------------------------------------------------------------------------ */

/*
 * The way back uses the old program's own flags, and the kernel changes only an entry that holds
 * the new program. So it needs no guard, except in none and override mode, where the kernel would
 * overwrite any program. A guard is used if the step knows the chain, since the state then stays
 * known.
 */
static bool can_guard_back(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	if (step->target.generation != step->target.chain->generation)
		return false;
	return step->target.method != STEP_OVERWRITE || replace_guard_revision(replace, step);
}

static int swap_back_call(const struct cgswap_replace *replace, struct cgswap_step *step,
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

/*
 * In none and override mode the single entry must be the new program, and after a detach there must
 * be none; the revision guards it.
 */
static int overwrite_back(struct cgswap_replace *replace, struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	struct snapshot *found = &replace->found;
	int err;

	err = snapshot_read(found, replace->session, cgroup_fd(chain->cgroup), chain->type->number,
			    0);
	if (err)
		return err;
	if (!step->new && found->count)
		return -EPERM;
	if (step->new && (found->count != 1 || found->ids[0] != step->new->info.id ||
			  (found->mode & KERNEL_MULTI)))
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
	char named[16];

	change.revision = 0;
	change.flags = step->target.flags_old;
	if (step->asked.kind == STEP_DETACHES) {
		change.bound = false;
		change.kind = CHANGE_ATTACH;
		return explain_refusal(&change, errnum);
	}
	snprintf(named, sizeof(named), "id:%u", step->new->info.id);
	change.named = named;
	if (step->asked.kind == STEP_ATTACHES) {
		change.kind = step->target.method == STEP_LINK ? CHANGE_LINK_DETACH : CHANGE_DETACH;
		change.link_fd = step->target.made_link;
		change.flags = 0;
		return explain_refusal(&change, errnum);
	}
	change.program = step->target.old;
	change.old = step->new;
	/* the state of a link itself shows that it was changed */
	if (step->target.method == STEP_LINK)
		change.seen = NULL;
	return explain_refusal(&change, errnum);
}

/* True if others have detached what the step attached. */
static bool is_gone(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	struct snapshot *found = &replace->found;

	return !snapshot_read(found, replace->session, cgroup_fd(chain->cgroup),
			      chain->type->number, 0) &&
	       !snapshot_occurrences(found, step->new->info.id);
}

enum cgswap_status replace_swap_back(struct cgswap_replace *replace, struct cgswap_step *step)
{
	bool guarded = can_guard_back(replace, step);
	int err;

	err = guarded ? swap_back_guarded(replace, step) : swap_back_unguarded(replace, step);
	if (guarded && err == -ESTALE)
		err = swap_back_unguarded(replace, step);
	if (err && step->target.may_be_last) {
		replace_drop_anchor(step);
		err = swap_back_unguarded(replace, step);
	}
	if (err == -ENOENT && step->asked.kind == STEP_ATTACHES && is_gone(replace, step))
		err = 0;
	if (err)
		return error_swap_back(replace, step, -err);
	step->result.applied = false;
	swap_log(replace, step, step->new, step->target.old, 0);
	return CGSWAP_OK;
}
