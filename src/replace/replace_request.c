/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel call of a step, and its guard. */
#include "replace/replace.h"

uint32_t replace_flags(enum cgswap_preorder preorder)
{
	uint32_t flags = KERNEL_MULTI | KERNEL_REPLACE;

	return preorder == CGSWAP_PREORDER_YES ? flags | KERNEL_PREORDER : flags;
}

/*
 * Returns the revision that the caller expects, plus the transaction's own changes since the step
 * was bound; 0: any. Once others have changed the chain, it can never again have that revision.
 */
static uint64_t replace_expected_revision(const struct cgswap_step *step)
{
	const struct step_target *target = &step->target;
	uint64_t expected = step->asked.expected_revision;

	if (!expected || target->external_changes != target->chain->external_changes)
		return expected;
	return expected + (target->chain->own_changes - target->own_changes);
}

uint64_t replace_guard_revision(const struct cgswap_replace *replace,
				const struct cgswap_step *step)
{
	if (step->target.unread)
		return replace_expected_revision(step);
	return replace->has_revisions ? step->target.chain->now.revision : 0;
}

enum cgswap_guard replace_guard(const struct cgswap_replace *replace,
				const struct cgswap_step *step)
{
	if (step->target.method != STEP_LINK && replace_guard_revision(replace, step))
		return CGSWAP_GUARD_REVISION;
	return step->target.method == STEP_OVERWRITE ? CGSWAP_GUARD_NONE : CGSWAP_GUARD_PROGRAM;
}

bool replace_is_current(const struct cgswap_step *step)
{
	return step->target.flags_known &&
	       step->target.generation == step->target.chain->generation;
}

struct change replace_change(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	static const enum change_kind kinds[] = {
		[STEP_PLAIN] = CHANGE_REPLACE,
		[STEP_LINK] = CHANGE_LINK_UPDATE,
		[STEP_OVERWRITE] = CHANGE_OVERWRITE,
	};
	const struct step_target *target = &step->target;

	return (struct change){
		.kind = kinds[target->method],
		.session = replace->session,
		.cgroup = target->chain->cgroup,
		.type = target->chain->type,
		.program = step->new,
		.old = target->old,
		.named = step->asked.selector,
		.flags = target->flags_new,
		.link_fd = target->link.fd,
		.link_id = target->link_id,
		.revision = replace_expected_revision(step),
		.bound = !target->unread,
		.seen = target->unread ? NULL : &target->chain->now,
	};
}

static int request_link_update(struct kernel *kernel, const struct cgswap_step *step,
			       const struct program *from, const struct program *to)
{
	const struct kernel_link_update update = {
		.link_fd = (uint32_t)step->target.link.fd,
		.new_fd = to->fd,
		.flags = KERNEL_REPLACE,
		.old_fd = from->fd,
	};

	return kernel->ops->link_update(kernel, &update);
}

int replace_call(const struct cgswap_replace *replace, const struct cgswap_step *step,
		 const struct program *from, const struct program *to, uint32_t flags,
		 uint64_t revision)
{
	struct kernel *kernel = replace->session->kernel;
	const struct chain_state *chain = step->target.chain;
	const struct kernel_attach request = {
		.target_fd = cgroup_fd(chain->cgroup),
		.program_fd = to->fd,
		.type = chain->type->number,
		.flags = flags,
		.replace_fd = step->target.method == STEP_PLAIN ? (uint32_t)from->fd : 0,
		.revision = revision,
	};

	if (step->target.method == STEP_LINK)
		return request_link_update(kernel, step, from, to);
	return kernel->ops->attach(kernel, &request);
}
