/* SPDX-License-Identifier: BSD-2-Clause */
/* The flags of a step: whether the old program is preorder, and so the new one. */
#include <errno.h>

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

/* A program that stands alone runs before no other of its cgroup, so there is nothing to find out.
 */
static void set_overwrite_flags(struct cgswap_step *step)
{
	struct step_target *target = &step->target;

	target->flags_old = target->flags_new = target->chain->now.mode;
	if (step->asked.preorder == CGSWAP_PREORDER_YES)
		target->flags_new |= KERNEL_PREORDER;
}

static int detect_plain_preorder(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct step_target *target = &step->target;
	enum cgswap_preorder asked = step->asked.preorder, old;
	int err;

	err = preorder_detect(&old, replace->session, &replace->probe_programs,
			      target->chain->cgroup, target->chain->type, &target->chain->now,
			      target->position, target->old->fd);
	if (err == -E2BIG || err == -EPERM) {
		target->flags_known = false;
		target->flags_old = target->flags_new = replace_flags(asked);
		return 0;
	}
	if (err)
		return err;
	/* the caller's word is the best that is known of the old one, too */
	if (old == CGSWAP_PREORDER_DEFAULT)
		old = asked;
	if (old == CGSWAP_PREORDER_DEFAULT)
		return -ENODATA;
	target->flags_old = replace_flags(old);
	target->flags_new = replace_flags(asked ? asked : old);
	if ((target->flags_new & KERNEL_PREORDER) &&
	    !session_feature(replace->session, CGSWAP_FEATURE_PREORDER))
		return -EOPNOTSUPP;
	return 0;
}

int replace_detect_preorder(struct cgswap_replace *replace, struct cgswap_step *step)
{
	step->target.generation = step->target.chain->generation;
	step->target.flags_known = true;
	switch (step->target.method) {
	case STEP_LINK:
		return 0; /* a link keeps its own */
	case STEP_OVERWRITE:
		set_overwrite_flags(step);
		return 0;
	case STEP_PLAIN:
		break;
	}
	return detect_plain_preorder(replace, step);
}
