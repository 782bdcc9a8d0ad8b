/* SPDX-License-Identifier: BSD-2-Clause */
/* Refreshes a step: reads the chain again for the entry's position and flags. */
#include <errno.h>

#include "replace/replace.h"
#include "replace/replace_bind.h"
#include "replace/replace_errors.h"
#include "replace/replace_request.h"

enum { REFRESH_MODES = KERNEL_OVERRIDE | KERNEL_MULTI };

enum cgswap_status replace_check_link(const struct cgswap_replace *replace,
				      const struct cgswap_step *step)
{
	struct kernel *kernel = replace->session->kernel;
	struct change change = replace_change(replace, step);
	struct kernel_link link;

	if (kernel->ops->link_info(kernel, step->target.link.fd, &link))
		return CGSWAP_OK;
	if (!link.cgroup_id)
		return explain_refusal(&change, ENOLINK);
	if (link.program_id != step->target.old->info.id)
		return explain_refusal(&change, EPERM);
	return CGSWAP_OK;
}

/* The chain must still be in the mode in which the entry was bound. */
static enum cgswap_status check_step_mode(const struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	uint32_t has = chain->now.mode, bound = step->target.flags_old;

	if (step->target.method == STEP_OVERWRITE)
		return has == (bound & REFRESH_MODES)
			       ? CGSWAP_OK
			       : explain_mode(chain->cgroup, chain->type, has, bound);
	return has & KERNEL_MULTI ? CGSWAP_OK
				  : explain_mode(chain->cgroup, chain->type, has, KERNEL_MULTI);
}

static enum cgswap_status refresh_position(const struct cgswap_replace *replace,
					   struct cgswap_step *step)
{
	const struct chain_state *chain = step->target.chain;
	enum cgswap_status status = CGSWAP_OK;
	uint32_t old;

	if (step->asked.kind == STEP_ATTACHES) {
		step->target.position = chain->now.count;
		return CGSWAP_OK;
	}
	old = step->target.old->info.id;
	if (step->target.method == STEP_LINK)
		status = replace_check_link(replace, step);
	if (status)
		return status;
	step->target.position = snapshot_find(&chain->now, old);
	if (step->target.position == chain->now.count) {
		step->target.position = 0;
		return explain_lost(chain->cgroup, chain->type, &chain->now, step->asked.selector,
				    old, ENOENT);
	}
	step->target.position_known = snapshot_occurrences(&chain->now, old) == 1;
	return check_step_mode(step);
}

enum cgswap_status replace_refresh(struct cgswap_replace *replace, struct cgswap_step *step,
				   bool *moved)
{
	struct chain_state *chain = step->target.chain;
	enum cgswap_status status;
	struct preorder_answer answer;
	enum preorder_result preorder;
	struct change change;
	int err;

	*moved = false;
	err = chain_state_read(chain, replace->session);
	if (err)
		return explain_query(replace->session, chain->cgroup, chain->type, -err);
	status = refresh_position(replace, step);
	if (status)
		return status;
	preorder = replace_detect_preorder(replace, step, true, &answer);
	*moved = preorder == PREORDER_MOVED;
	if (preorder == PREORDER_FOUND || *moved)
		return CGSWAP_OK;
	/* a commit that knows the flag may be refused too, and a dry run names that reason */
	change = replace_change(replace, step);
	status = explain_forecast(&change);
	return status ? status : replace_error_preorder(step, preorder, &answer);
}
