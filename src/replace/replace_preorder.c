/* SPDX-License-Identifier: BSD-2-Clause */
/* The flags of a step: the preorder of the old program, and so of the new one. */
#include "replace/replace.h"
#include "replace/replace_errors.h"

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

	target->flags_old = target->flags_new = target->chain->now.mode;
	if (step->asked.preorder == CGSWAP_PREORDER_YES)
		target->flags_new |= KERNEL_PREORDER;
}

static enum preorder_result detect_plain_preorder(struct cgswap_replace *replace,
						  struct cgswap_step *step, int *errnum)
{
	struct step_target *target = &step->target;
	const struct preorder_query query = {
		.session = replace->session,
		.probes = &replace->probe_programs,
		.cgroup = target->chain->cgroup,
		.type = target->chain->type,
		.chain = &target->chain->now,
		.position = target->position,
		.program_fd = target->old->fd,
	};
	struct preorder_answer found = { 0 };
	enum preorder_result result = preorder_detect(&found, &query);
	enum cgswap_preorder asked = step->asked.preorder, old = found.preorder;

	*errnum = found.errnum;
	if (result == PREORDER_REFUSED) {
		/* the replace will fail for the same reason, with a better error */
		target->flags_known = false;
		target->flags_errnum = found.errnum;
		target->flags_old = target->flags_new = replace_flags(asked);
		return PREORDER_FOUND;
	}
	/* the caller's preorder is the best guess for the old program, too */
	if (result == PREORDER_UNDECIDED && asked != CGSWAP_PREORDER_DEFAULT)
		old = asked;
	else if (result != PREORDER_FOUND)
		return result;
	target->flags_old = replace_flags(old);
	target->flags_new = replace_flags(asked ? asked : old);
	if ((target->flags_new & KERNEL_PREORDER) &&
	    !session_feature(replace->session, CGSWAP_FEATURE_PREORDER))
		return PREORDER_DISABLED;
	return PREORDER_FOUND;
}

enum preorder_result replace_detect_preorder(struct cgswap_replace *replace,
					     struct cgswap_step *step, int *errnum)
{
	*errnum = 0;
	step->target.generation = step->target.chain->generation;
	step->target.flags_known = true;
	switch (step->target.method) {
	case STEP_LINK:
		return PREORDER_FOUND; /* a link keeps its own preorder */
	case STEP_OVERWRITE:
		set_overwrite_flags(step);
		return PREORDER_FOUND;
	case STEP_PLAIN:
		break;
	}
	return detect_plain_preorder(replace, step, errnum);
}
