/* SPDX-License-Identifier: BSD-2-Clause */
/* The flags of a step: whether the old program is preorder, and so the new one. */
#include <errno.h>

#include "base/error.h"
#include "explain/explain.h"
#include "kernel/errno_error.h"
#include "replace/replace.h"

uint32_t replace_flags(enum cgswap_preorder preorder)
{
	uint32_t flags = KERNEL_MULTI | KERNEL_REPLACE;

	return preorder == CGSWAP_PREORDER_YES ? flags | KERNEL_PREORDER : flags;
}

static enum cgswap_status error_preorder_unknown(const struct cgswap_step *step)
{
	const struct place *place = step->place;

	return error_set(CGSWAP_CAUSE_PREORDER_WOULD_CHANGE, 0,
			 "whether %s in %s of %s is preorder cannot be found out here, and a "
			 "replace would take it away",
			 step->selector, place->type->short_name, place->cgroup->path);
}

enum cgswap_status replace_preorder_unread(struct cgswap_replace *replace, struct cgswap_step *step)
{
	step->flags_known = true;
	step->look = step->place->looks;
	step->flags_old = step->flags_new = replace_flags(step->requested_preorder);
	if (step->requested_preorder ||
	    session_ask_kernel(replace->session, CGSWAP_FEATURE_PREORDER).answer == FEATURE_NO)
		return CGSWAP_OK;
	error_preorder_unknown(step);
	error_remedy("say whether it is preorder, or read the chain with CAP_NET_ADMIN");
	return CGSWAP_E_CONFLICT;
}

int replace_detect_preorder(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct place *place = step->place;
	enum cgswap_preorder answer;
	int err;

	step->look = place->looks;
	step->flags_known = true;
	if (step->method == STEP_LINK)
		return 0;
	/* a program that stands alone runs before no other of its cgroup */
	if (step->method == STEP_OVERWRITE) {
		step->flags_old = step->flags_new = place->now.mode;
		if (step->requested_preorder == CGSWAP_PREORDER_YES)
			step->flags_new |= KERNEL_PREORDER;
		return 0;
	}
	err = preorder_detect(&answer, replace->session, &replace->probe_programs, place->cgroup,
			      place->type, &place->now, step->position, step->old->fd);
	if (err == -E2BIG || err == -EPERM) {
		step->flags_known = false;
		step->flags_old = step->flags_new = replace_flags(step->requested_preorder);
		return 0;
	}
	if (err)
		return err;
	/* what the caller says is the best that is known of the old one, too */
	if (answer == CGSWAP_PREORDER_DEFAULT)
		answer = step->requested_preorder;
	if (answer == CGSWAP_PREORDER_DEFAULT)
		return -ENODATA;
	step->flags_old = replace_flags(answer);
	step->flags_new = replace_flags(step->requested_preorder ? step->requested_preorder
								 : answer);
	return step->flags_new & KERNEL_PREORDER &&
			       !session_feature(replace->session, CGSWAP_FEATURE_PREORDER)
		       ? -EOPNOTSUPP
		       : 0;
}

static enum cgswap_status error_probe_left(const struct cgswap_step *step, uint32_t probe)
{
	const struct place *place = step->place;

	error_set(CGSWAP_CAUSE_ROLLBACK_INCOMPLETE, 0,
		  "program %u, which passes everything, was put before %s in %s of %s to find out "
		  "whether that is preorder, and could not be taken off",
		  probe, step->selector, place->type->short_name, place->cgroup->path);
	error_remedy("detach id:%u there", probe);
	return CGSWAP_E_PARTIAL;
}

enum cgswap_status replace_error_preorder(const struct cgswap_replace *replace,
					  const struct cgswap_step *step, int err)
{
	const struct place *place = step->place;
	const char *hook = place->type->short_name, *path = place->cgroup->path;

	switch (err) {
	case -ENODATA:
		return error_preorder_unknown(step);
	case -EOPNOTSUPP:
		return error_set(
			CGSWAP_CAUSE_PREORDER_WOULD_CHANGE, 0,
			"%s in %s of %s is preorder, and this session was told to do without "
			"preorder: a replace would take it away",
			step->selector, hook, path);
	case -ENOENT:
		return explain_held(place->cgroup, place->type, step->selector, step->old->info.id);
	case -ENOTRECOVERABLE:
		return error_probe_left(step, replace->probe_programs.leftover_id);
	default:
		return error_from_errno(place->cgroup->kernel, CAPABILITY_TO_LOAD, -err,
					"whether %s in %s of %s is preorder cannot be asked",
					step->selector, hook, path);
	}
}
