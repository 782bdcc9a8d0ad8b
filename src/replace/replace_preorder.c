/* SPDX-License-Identifier: BSD-2-Clause */
/* The flags of a step: whether the old program is preorder, and so the new one. */
#include <errno.h>

#include "base/error.h"
#include "explain/explain.h"
#include "kernel/capability.h"
#include "replace/replace.h"

uint32_t replace_flags(enum cgswap_preorder preorder)
{
	uint32_t flags = KERNEL_MULTI | KERNEL_REPLACE;

	return preorder == CGSWAP_PREORDER_YES ? flags | KERNEL_PREORDER : flags;
}

static enum cgswap_status refuse_unknown_preorder(const struct cgswap_step *step)
{
	const struct place *place = step->place;

	return error_set(CGSWAP_CAUSE_PREORDER_WOULD_CHANGE, 0,
			 "whether %s in %s of %s is preorder cannot be found out here, and a "
			 "replace would take it away",
			 step->named, place->type->short_name, place->cgroup->path);
}

enum cgswap_status replace_settle_blindly(struct cgswap_replace *replace, struct cgswap_step *step)
{
	step->settled = true;
	step->look = step->place->looks;
	step->flags_old = step->flags_new = replace_flags(step->wanted);
	if (step->wanted ||
	    session_ask_kernel(replace->session, CGSWAP_FEATURE_PREORDER).answer == FEATURE_NO)
		return CGSWAP_OK;
	refuse_unknown_preorder(step);
	error_remedy("say whether it is preorder, or read the chain with CAP_NET_ADMIN");
	return CGSWAP_E_CONFLICT;
}

int replace_settle(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct place *place = step->place;
	enum cgswap_preorder answer;
	int err;

	step->look = place->looks;
	step->settled = true;
	if (step->way == STEP_LINK)
		return 0;
	/* a program that stands alone runs before no other of its cgroup */
	if (step->way == STEP_OVERWRITE) {
		step->flags_old = step->flags_new = place->now.mode;
		if (step->wanted == CGSWAP_PREORDER_YES)
			step->flags_new |= KERNEL_PREORDER;
		return 0;
	}
	err = preorder_settle(&answer, replace->session, &replace->witnesses, place->cgroup,
			      place->type, &place->now, step->position, step->old->fd);
	if (err == -E2BIG || err == -EPERM) {
		step->settled = false;
		step->flags_old = step->flags_new = replace_flags(step->wanted);
		return 0;
	}
	if (err)
		return err;
	/* what the caller says is the best that is known of the old one, too */
	if (answer == CGSWAP_PREORDER_DEFAULT)
		answer = step->wanted;
	if (answer == CGSWAP_PREORDER_DEFAULT)
		return -ENODATA;
	step->flags_old = replace_flags(answer);
	step->flags_new = replace_flags(step->wanted ? step->wanted : answer);
	return step->flags_new & KERNEL_PREORDER &&
			       !session_feature(replace->session, CGSWAP_FEATURE_PREORDER)
		       ? -EOPNOTSUPP
		       : 0;
}

static enum cgswap_status refuse_stuck(const struct cgswap_step *step, uint32_t witness)
{
	const struct place *place = step->place;

	error_set(CGSWAP_CAUSE_ROLLBACK_INCOMPLETE, 0,
		  "program %u, which passes everything, was put before %s in %s of %s to find out "
		  "whether that is preorder, and could not be taken off",
		  witness, step->named, place->type->short_name, place->cgroup->path);
	error_remedy("detach id:%u there", witness);
	return CGSWAP_E_PARTIAL;
}

enum cgswap_status replace_refuse_unsettled(const struct cgswap_replace *replace,
					    const struct cgswap_step *step, int err)
{
	const struct place *place = step->place;
	const char *hook = place->type->short_name, *path = place->cgroup->path;

	switch (err) {
	case -ENODATA:
		return refuse_unknown_preorder(step);
	case -EOPNOTSUPP:
		return error_set(
			CGSWAP_CAUSE_PREORDER_WOULD_CHANGE, 0,
			"%s in %s of %s is preorder, and this session was told to do without "
			"preorder: a replace would take it away",
			step->named, hook, path);
	case -ENOENT:
		return explain_held(place->cgroup, place->type, step->named, step->old->info.id);
	case -ENOTRECOVERABLE:
		return refuse_stuck(step, replace->witnesses.stuck);
	default:
		return refuse_errno(place->cgroup->kernel, PRIVILEGE_TO_LOAD, -err,
				    "whether %s in %s of %s is preorder cannot be asked",
				    step->named, hook, path);
	}
}
