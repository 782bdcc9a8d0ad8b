/* SPDX-License-Identifier: BSD-2-Clause */
/* Binds a new step to the entry that its selector names, and to a method to replace it. */
#include <errno.h>

#include "base/error.h"
#include "chain/chain_resolve.h"
#include "chain/chain_retry.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"

/* Two steps cannot replace the same entry. */
static enum cgswap_status check_same_entry(const struct cgswap_replace *replace,
					   const struct cgswap_step *step)
{
	const struct step_target *target = &step->target;

	for (size_t i = 0; i < replace->length; i++) {
		const struct step_target *earlier = &replace->steps[i]->target;

		if (earlier->chain == target->chain && earlier->link_id == target->link_id &&
		    earlier->old->info.id == target->old->info.id)
			return replace_error_same_entry(step, i);
	}
	return CGSWAP_OK;
}

/*
 * The error for an old program that is not attached. Without the new program, the kernel's own
 * reason is unknown.
 */
static enum cgswap_status error_old_absent(const struct cgswap_step *step,
					   const struct program *program, enum cgswap_status status)
{
	const struct step_request *asked = &step->asked;
	const struct change change = {
		.kind = CHANGE_REPLACE,
		.session = asked->chain->session,
		.cgroup = asked->chain->cgroup,
		.type = asked->chain->type,
		.program = program,
		.named = asked->selector,
		.flags = replace_flags(asked->preorder),
		.revision = asked->expected_revision,
	};

	return program ? chain_error_absent(&change, status) : status;
}

/* In none and override mode only a revision guards against overwriting another program. */
static enum cgswap_status check_overwrite_guard(const struct cgswap_replace *replace,
						const struct cgswap_step *step)
{
	enum cgswap_status status;

	if (step->asked.allow_unguarded ||
	    (replace->has_revisions && step->asked.chain->now.revision))
		return CGSWAP_OK;
	/* an unprobed feature is not a missing feature */
	status = session_check_feature(replace->session, CGSWAP_FEATURE_EXPECTED_REVISION);
	if (status && status != CGSWAP_E_UNSUPPORTED)
		return status;
	return replace_error_unguarded(step);
}

/* The way the old program was attached determines the method; the kernel must support it. */
static enum cgswap_status bind_method(const struct cgswap_replace *replace,
				      struct cgswap_step *step)
{
	struct step_target *target = &step->target;

	if (target->link_fd >= 0) {
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
static void bind_resolved(struct step_target *target, const struct resolved *resolved)
{
	target->old = resolved->program;
	target->link_fd = resolved->link_fd;
	target->link_id = resolved->link_id;
	target->position = resolved->position;
	target->position_known = !resolved->position_unknown && !resolved->unread;
	target->unread = resolved->unread;
}

static void unbind_resolved(struct step_target *target, struct kernel *kernel)
{
	program_unref(target->old);
	target->old = NULL;
	if (target->link_fd >= 0)
		kernel->ops->close(kernel, target->link_fd);
	target->link_fd = -1;
}

static enum cgswap_status bind_chain(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct chain_state *chain = chain_state_get(&replace->chains, step->asked.chain);

	if (!chain)
		return error_no_memory();
	step->target.chain = chain;
	step->target.external_changes = chain->external_changes;
	step->target.own_changes = chain->own_changes;
	return CGSWAP_OK;
}

static enum cgswap_status bind_once(struct cgswap_replace *replace, struct cgswap_step *step,
				    const struct program *program, bool *moved)
{
	enum cgswap_status status;
	struct resolved resolved;
	enum preorder_result preorder;
	int errnum;

	*moved = false;
	unbind_resolved(&step->target, replace->session->kernel);
	status = chain_resolve(&resolved, step->asked.chain, step->asked.selector,
			       step->asked.expected_revision, !replace->verify);
	if (status)
		return error_old_absent(step, program, status);
	bind_resolved(&step->target, &resolved);
	status = bind_method(replace, step);
	if (!status)
		status = bind_chain(replace, step);
	if (!status)
		status = check_same_entry(replace, step);
	if (status)
		return status;
	if (step->target.unread)
		return replace_preorder_unread(replace, step);
	preorder = replace_detect_preorder(replace, step, &errnum);
	*moved = preorder == PREORDER_MOVED;
	if (preorder == PREORDER_FOUND || *moved)
		return CGSWAP_OK;
	return replace_error_preorder(replace, step, preorder, errnum);
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
