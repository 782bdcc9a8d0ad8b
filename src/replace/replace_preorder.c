/* SPDX-License-Identifier: BSD-2-Clause */
/* The flags of a step: the preorder of the old program, and so of the new one. */
#include <errno.h>

#include "replace/replace.h"
#include "replace/replace_bind.h"
#include "replace/replace_errors.h"
#include "session/session_probe.h"
#include "replace/replace_request.h"

enum cgswap_status replace_preorder_unread(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct step_target *target = &step->target;

	target->flags_known = true;
	target->generation = target->chain->generation;
	target->flags_old = target->flags_new = replace_flags(step->asked.preorder);
	if (step->asked.preorder ||
	    session_ask_kernel(replace->session, CGSWAP_FEATURE_PREORDER).answer == FEATURE_NO)
		return CGSWAP_OK;
	return replace_error_preorder_unread(step);
}

/* The preorder of a single program has no effect in its cgroup, so nothing is probed. */
static void set_overwrite_flags(struct cgswap_step *step)
{
	struct step_target *target = &step->target;

	target->flags_known = true;
	target->flags_old = target->flags_new = target->chain->now.mode;
	if (step->asked.preorder == CGSWAP_PREORDER_YES)
		target->flags_new |= KERNEL_PREORDER;
}

/*
 * A preorder that the caller gave is not probed, a commit makes no child cgroup, and a dry run does
 * neither. The order is read in any case: a rollback gives the old program its own flag.
 */
static enum preorder_means permitted_means(const struct cgswap_replace *replace,
					   const struct cgswap_step *step, bool in_commit)
{
	if (step->asked.preorder || replace->dry_run)
		return PREORDER_BY_ORDER;
	return in_commit ? PREORDER_BY_PROBE : PREORDER_BY_CHILD;
}

/* The chain may have changed after it was read, and the means found another than that. */
static bool has_moved_meanwhile(const struct cgswap_replace *replace,
				const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	struct kernel_query query = {
		.target_fd = (uint32_t)cgroup_fd(chain->cgroup),
		.type = chain->type->number,
	};
	struct kernel *kernel = replace->session->kernel;
	int err = kernel->ops->query(kernel, &query);

	return err == -ENOENT ||
	       (!err && query.revision != chain->now.revision &&
		!(replace->session->disable_features & (1U << CGSWAP_FEATURE_REVISION)));
}

/* A probe that was in the chain moved its revision: by two, if no other process changed it. */
static void count_probe(struct cgswap_step *step, uint64_t before, enum preorder_result result)
{
	struct chain_state *chain = step->target.chain;

	step->target.probe_attached = true;
	if (result == PREORDER_FOUND)
		chain_state_count_probe(chain, before);
	else
		chain_state_note_external_change(chain);
}

enum preorder_result replace_ask_preorder(struct cgswap_replace *replace, struct cgswap_step *step,
					  size_t position, int program_fd,
					  enum preorder_means means, struct preorder_answer *answer)
{
	struct chain_state *chain = step->target.chain;
	const struct preorder_query query = {
		.session = replace->session,
		.cgroup = chain->cgroup,
		.type = chain->type,
		.chain = &chain->now,
		.position = position,
		.program_fd = program_fd,
		.means = means,
		.guess = step->target.found_preorder,
	};
	uint64_t before = chain->now.revision;
	enum preorder_result result = preorder_detect(answer, &query);

	if (answer->probe_attached)
		count_probe(step, before, result);
	return result;
}

/*
 * The old program's preorder if it cannot be determined now: the caller's, which is the best guess;
 * or else the one that was found when the step was added, if the chain has not changed since.
 */
static enum cgswap_preorder assumed_preorder(const struct cgswap_step *step)
{
	const struct step_target *target = &step->target;

	if (step->asked.preorder)
		return step->asked.preorder;
	return target->found_changes == target->chain->external_changes ? target->found_preorder
									: CGSWAP_PREORDER_DEFAULT;
}

static void set_plain_flags(struct cgswap_step *step, enum cgswap_preorder old)
{
	struct step_target *target = &step->target;
	enum cgswap_preorder asked = step->asked.preorder;

	target->flags_known = true;
	target->flags_old = replace_flags(old);
	target->flags_new = replace_flags(asked ? asked : old);
	target->found_preorder = old;
	target->found_changes = target->chain->external_changes;
}

/* Until the preorder is known, no replace is attempted: it might clear the flag. */
static void set_flags_unknown(struct cgswap_step *step, int errnum)
{
	struct step_target *target = &step->target;

	target->flags_known = false;
	target->flags_errnum = errnum;
	target->flags_old = target->flags_new = replace_flags(step->asked.preorder);
}

static enum preorder_result detect_plain_preorder(struct cgswap_replace *replace,
						  struct cgswap_step *step, bool in_commit,
						  struct preorder_answer *answer)
{
	enum cgswap_preorder asked = step->asked.preorder, old;
	struct step_target *target = &step->target;
	enum preorder_result result;

	set_flags_unknown(step, ESTALE);
	result = replace_ask_preorder(replace, step, target->position, target->old->fd,
				      permitted_means(replace, step, in_commit), answer);
	old = answer->preorder;
	if (result == PREORDER_REFUSED) {
		/* the kernel will reject the replace for the same reason, with a better error */
		target->flags_errnum = answer->errnum;
		return PREORDER_FOUND;
	}
	target->old_assumed = false;
	if (result == PREORDER_UNDECIDED) {
		old = assumed_preorder(step);
		target->old_assumed = step->asked.preorder != CGSWAP_PREORDER_DEFAULT;
	}
	/* a check has the same result for both flags */
	if (result == PREORDER_UNDECIDED && old == CGSWAP_PREORDER_DEFAULT && replace->dry_run)
		old = CGSWAP_PREORDER_NO;
	if (result == PREORDER_UNDECIDED && old != CGSWAP_PREORDER_DEFAULT)
		result = PREORDER_FOUND;
	if (result == PREORDER_UNDECIDED && has_moved_meanwhile(replace, step))
		return PREORDER_MOVED;
	if (result != PREORDER_FOUND)
		return result;
	if ((asked ? asked : old) == CGSWAP_PREORDER_YES &&
	    !session_feature(replace->session, CGSWAP_FEATURE_PREORDER))
		return PREORDER_DISABLED;
	set_plain_flags(step, old);
	return PREORDER_FOUND;
}

/* True if a commit can probe an entry that the order does not show. It may load a program. */
static bool can_probe_preorder(struct cgswap_session *session, const struct attach_type *type,
			       bool may_load)
{
	struct session_probe probe;

	if (!session_feature(session, CGSWAP_FEATURE_ORDERING) ||
	    !session_feature(session, CGSWAP_FEATURE_EXPECTED_REVISION))
		return false;
	return session_has_probe(session, type) ||
	       (may_load && session_probe_program(&probe, session, type) == 0);
}

/*
 * True if the commit will read the chain again before it swaps: others have changed it, which the
 * kernel notices by the revision, or the verification of an earlier step.
 */
static bool will_refresh(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	uint64_t guard = replace_guard_revision(replace, step);

	if (!replace_is_current(step) || (guard && replace->found.revision != guard))
		return true;
	return replace->verify && chain->steps != step &&
	       replace->found.revision != chain->now.revision;
}

enum cgswap_status replace_forecast_preorder(struct cgswap_replace *replace,
					     struct cgswap_step *step)
{
	struct step_target *target = &step->target;
	const struct chain_state *chain = target->chain;
	struct snapshot *found = &replace->found;
	struct preorder_query query = {
		.session = replace->session,
		.cgroup = chain->cgroup,
		.type = chain->type,
		.chain = found,
		.means = PREORDER_BY_ORDER,
	};
	struct preorder_answer answer;
	enum preorder_result result;

	/* an attach has no old program whose flag it could take away */
	if (step->asked.kind == STEP_ATTACHES)
		return CGSWAP_OK;

	/* with an expected revision, or without retries, the change of the chain is the error */
	if (step->asked.kind != STEP_SWAPS || target->method != STEP_PLAIN || target->unread ||
	    step->asked.preorder || step->asked.expected_revision ||
	    (!replace->retries && replace_is_current(step)) ||
	    can_probe_preorder(replace->session, chain->type, false) ||
	    snapshot_read(found, replace->session, cgroup_fd(chain->cgroup), chain->type->number,
			  0) ||
	    !will_refresh(replace, step))
		return CGSWAP_OK;
	query.program_fd = target->old->fd;
	query.position = snapshot_find(found, target->old->info.id);
	/* these have an error of their own */
	if (query.position == found->count || !(found->mode & KERNEL_MULTI))
		return CGSWAP_OK;
	result = preorder_detect(&answer, &query);
	if (result == PREORDER_FOUND && answer.preorder == CGSWAP_PREORDER_YES &&
	    !session_feature(replace->session, CGSWAP_FEATURE_PREORDER))
		return replace_error_preorder(step, PREORDER_DISABLED, &answer);
	/* the flag that the add found holds while others have not changed the chain */
	if (result != PREORDER_UNDECIDED ||
	    (found->revision == chain->now.revision &&
	     assumed_preorder(step) != CGSWAP_PREORDER_DEFAULT) ||
	    can_probe_preorder(replace->session, chain->type, true))
		return CGSWAP_OK;
	return replace_error_preorder(step, PREORDER_UNDECIDED, &answer);
}

enum preorder_result replace_detect_preorder(struct cgswap_replace *replace,
					     struct cgswap_step *step, bool in_commit,
					     struct preorder_answer *answer)
{
	*answer = (struct preorder_answer){ .preorder = CGSWAP_PREORDER_DEFAULT };
	step->target.generation = step->target.chain->generation;
	/* an attach has no old program: its flags are those that the caller gave */
	if (step->asked.kind == STEP_ATTACHES)
		return PREORDER_FOUND;
	switch (step->target.method) {
	case STEP_LINK:
		step->target.flags_known = true;
		return PREORDER_FOUND; /* a link keeps its own preorder */
	case STEP_OVERWRITE:
		set_overwrite_flags(step);
		return PREORDER_FOUND;
	case STEP_PLAIN:
		break;
	}
	return detect_plain_preorder(replace, step, in_commit, answer);
}
