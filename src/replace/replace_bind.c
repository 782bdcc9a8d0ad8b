/* SPDX-License-Identifier: BSD-2-Clause */
/* Binds a new step to the entry that its selector names, and to a method to replace it. */
#include <errno.h>

#include "base/error.h"
#include "cgroup/plain_probe.h"
#include "chain/chain_resolve.h"
#include "chain/chain_retry.h"
#include "replace/replace.h"
#include "replace/replace_bind.h"
#include "replace/replace_errors.h"
#include "replace/replace_request.h"

/* Two steps cannot replace the same entry. */
static enum cgswap_status check_same_entry(const struct cgswap_step *step)
{
	const struct step_target *target = &step->target;

	for (const struct cgswap_step *earlier = target->chain->steps; earlier;
	     earlier = earlier->next_in_chain)
		if (earlier->target.old && earlier->target.link_id == target->link_id &&
		    earlier->target.old->info.id == target->old->info.id)
			return replace_error_same_entry(step, earlier);
	return CGSWAP_OK;
}

/* The error for an old program that is not attached; program may be NULL. */
static enum cgswap_status error_old_absent(const struct cgswap_step *step,
					   const struct program *program, enum cgswap_status status)
{
	const struct step_request *asked = &step->asked;
	const struct change change = {
		.kind = asked->kind == STEP_DETACHES ? CHANGE_DETACH : CHANGE_REPLACE,
		.session = asked->chain->session,
		.cgroup = asked->chain->cgroup,
		.type = asked->chain->type,
		.program = program,
		.named = asked->selector,
		.flags = asked->kind == STEP_DETACHES ? 0 : replace_flags(asked->preorder),
		.revision = asked->expected_revision,
	};

	return chain_error_absent(&change, status);
}

/*
 * The error for an entry that only a link holds, as the kernel shows. A replace by this program may
 * have an error that comes before that one.
 */
static enum cgswap_status error_old_held(const struct cgswap_replace *replace,
					 const struct cgswap_step *step,
					 const struct program *program,
					 const struct preorder_answer *answer)
{
	struct change change = replace_change(replace, step);

	change.program = program;
	/* the step is not bound yet: the kernel's own reasons come first */
	change.bound = false;
	if (program && explain_forecast(&change))
		return cgswap_error_get_status(cgswap_last_error());
	return replace_error_preorder(step, PREORDER_NOT_PLAIN, answer);
}

/* In none and override mode only a revision guards against overwriting another program. */
static enum cgswap_status check_overwrite_guard(const struct cgswap_replace *replace,
						const struct cgswap_step *step)
{
	enum cgswap_status status;

	if (replace->has_revisions && step->asked.chain->now.revision)
		return CGSWAP_OK;
	if (step->asked.allow_unguarded) {
		session_log(replace->session, CGSWAP_LOG_WARNING,
			    "'%s' in %s of '%s' will be overwritten without a guard "
			    "(allow_unguarded)",
			    step->asked.selector, step->asked.chain->type->short_name,
			    step->asked.chain->cgroup->path);
		return CGSWAP_OK;
	}
	/* an unprobed feature is not a missing feature */
	status = session_check_feature(replace->session, CGSWAP_FEATURE_EXPECTED_REVISION);
	if (status && status != CGSWAP_E_UNSUPPORTED)
		return status;
	return replace_error_unguarded(step);
}

/*
 * The error where the preorder cannot be found out. A link keeps its own, so this does not matter
 * for the entry of a link that cannot be listed, of which the kernel knows.
 */
static enum cgswap_status error_bind_preorder(const struct cgswap_replace *replace,
					      const struct cgswap_step *step,
					      const struct program *program,
					      enum preorder_result preorder,
					      const struct preorder_answer *answer)
{
	const struct chain_state *chain = step->target.chain;

	if (preorder == PREORDER_UNDECIDED &&
	    plain_ask(chain->cgroup, chain->type, step->target.old->fd) == PLAIN_NO)
		preorder = PREORDER_NOT_PLAIN;
	if (preorder == PREORDER_NOT_PLAIN)
		return error_old_held(replace, step, program, answer);
	return replace_error_preorder(step, preorder, answer);
}

/* The way the old program was attached determines the method; the kernel must support it. */
static enum cgswap_status bind_method(const struct cgswap_replace *replace,
				      struct cgswap_step *step)
{
	struct step_target *target = &step->target;

	if (target->link.pool && step->asked.kind == STEP_DETACHES)
		return replace_error_detach_link(step);
	if (target->link.pool) {
		target->method = STEP_LINK;
		if (step->asked.preorder)
			return replace_error_link_preorder(step);
		return session_check_feature(replace->session, CGSWAP_FEATURE_LINK);
	}
	if (target->unread || (step->asked.chain->now.mode & KERNEL_MULTI)) {
		target->method = STEP_PLAIN;
		return session_check_feature(replace->session, CGSWAP_FEATURE_REPLACE);
	}
	target->method = STEP_OVERWRITE;
	return check_overwrite_guard(replace, step);
}

/* Moves the resolved objects to the step. */
static void bind_resolved(struct cgswap_replace *replace, struct cgswap_step *step,
			  const struct resolved *resolved)
{
	struct step_target *target = &step->target;

	target->old = resolved->program;
	replace_set_link(replace, step, resolved);
	target->position = resolved->position;
	target->position_known = !resolved->position_unknown && !resolved->unread;
	target->unread = resolved->unread;
	target->is_plain = resolved->is_plain;
}

static void unbind_resolved(struct cgswap_step *step)
{
	program_unref(step->target.old);
	step->target.old = NULL;
	replace_drop_link(step);
}

enum cgswap_status replace_bind_chain(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct chain_state *chain = chain_state_get(&replace->chains, step->asked.chain);

	if (!chain)
		return error_no_memory();
	step->target.chain = chain;
	step->target.external_changes = chain->external_changes;
	step->target.own_changes = chain->own_changes;
	/* probes of earlier steps came after the revision that the caller expects */
	if (step->asked.expected_revision && !step->target.unread)
		step->target.own_changes -= (unsigned)(chain->now.revision -
						       step->asked.expected_revision);
	return CGSWAP_OK;
}

/* The revision that the caller expects, after the probes of earlier steps. */
static uint64_t bind_revision(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	return chain_state_follow_probes(&replace->chains, step->asked.chain,
					 step->asked.expected_revision);
}

static enum cgswap_status bind_once(struct cgswap_replace *replace, struct cgswap_step *step,
				    const struct program *program, bool *moved)
{
	struct preorder_answer answer;
	enum preorder_result preorder;
	enum cgswap_status status;
	struct resolved resolved;

	*moved = false;
	unbind_resolved(step);
	status = chain_resolve(&resolved, step->asked.chain, step->asked.selector,
			       bind_revision(replace, step), !replace->verify, &replace->programs);
	if (status)
		return error_old_absent(step, program, status);
	bind_resolved(replace, step, &resolved);
	status = bind_method(replace, step);
	if (!status)
		status = replace_bind_chain(replace, step);
	if (!status)
		status = check_same_entry(step);
	if (status)
		return status;
	if (step->target.unread)
		return replace_preorder_unread(replace, step);
	status = replace_hold(step);
	if (status)
		return status;
	preorder = replace_detect_preorder(replace, step, false, &answer);
	*moved = preorder == PREORDER_MOVED;
	if (preorder != PREORDER_FOUND && !*moved)
		status = error_bind_preorder(replace, step, program, preorder, &answer);
	replace_release(step);
	return status;
}

enum cgswap_status replace_bind(struct cgswap_replace *replace, struct cgswap_step *step,
				const struct program *program)
{
	struct cgswap_chain *chain = step->asked.chain;
	struct retry retry = chain_retry(replace->session);
	enum cgswap_status status;
	bool moved;

	/* a feature that could not be probed is probed again */
	replace->has_revisions = session_feature(replace->session,
						 CGSWAP_FEATURE_EXPECTED_REVISION);
	if (retry.least < replace->retries - 1)
		retry.least = replace->retries - 1;
	do
		status = bind_once(replace, step, program, &moved);
	while (!status && moved && retry_again(&retry));
	if (status)
		return status;
	if (moved)
		return chain_error_kept_changing(chain->cgroup, chain->type, retry.failures);
	/* a probe that was attached and detached has changed the revision */
	if (!step->target.unread && step->target.chain->now.revision != chain->now.revision)
		return chain_read(chain);
	return CGSWAP_OK;
}
