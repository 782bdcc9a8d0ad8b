/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel call of a step, and its guard. */
#include "replace/replace.h"
#include "replace/replace_request.h"

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
	bool updates = step->target.method == STEP_LINK && step->asked.kind == STEP_SWAPS;

	if (!updates && replace_guard_revision(replace, step))
		return CGSWAP_GUARD_REVISION;
	if (step->asked.kind == STEP_ATTACHES || step->target.method == STEP_OVERWRITE)
		return CGSWAP_GUARD_NONE;
	return CGSWAP_GUARD_PROGRAM;
}

bool replace_is_current(const struct cgswap_step *step)
{
	return step->target.flags_known &&
	       step->target.generation == step->target.chain->generation;
}

static enum change_kind change_kind_of(const struct cgswap_step *step)
{
	static const enum change_kind swaps[] = {
		[STEP_PLAIN] = CHANGE_REPLACE,
		[STEP_LINK] = CHANGE_LINK_UPDATE,
		[STEP_OVERWRITE] = CHANGE_OVERWRITE,
	};

	switch (step->asked.kind) {
	case STEP_ATTACHES:
		return step->target.method == STEP_LINK ? CHANGE_LINK_CREATE : CHANGE_ATTACH;
	case STEP_DETACHES:
		return CHANGE_DETACH;
	default:
		return swaps[step->target.method];
	}
}

struct change replace_change(const struct cgswap_replace *replace, const struct cgswap_step *step)
{
	const struct step_target *target = &step->target;
	bool detaches = step->asked.kind == STEP_DETACHES;

	return (struct change){
		.kind = change_kind_of(step),
		.session = replace->session,
		.cgroup = target->chain->cgroup,
		.type = target->chain->type,
		.program = detaches ? target->old : step->new,
		.old = detaches ? NULL : target->old,
		.named = step->asked.selector,
		.flags = detaches ? 0 : target->flags_new,
		.link_fd = target->link.fd,
		.link_id = target->link_id,
		.revision = replace_expected_revision(step),
		.bound = !target->unread && target->old,
		.taken = target->taken,
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

/* The link stays open, so that the way back can detach it; a pin holds it after that. */
static int request_link_create(struct kernel *kernel, struct cgswap_step *step,
			       const struct kernel_attach *attach)
{
	const struct kernel_link_create request = {
		.target_fd = attach->target_fd,
		.program_fd = attach->program_fd,
		.type = attach->type,
		.flags = attach->flags,
		.revision = attach->revision,
	};
	struct kernel_link info;
	int fd = kernel->ops->link_create(kernel, &request);

	if (fd < 0)
		return fd;
	step->target.made_link = fd;
	if (kernel->ops->link_info(kernel, fd, &info) == 0)
		step->target.link_id = info.id;
	return 0;
}

static int request_detach(struct kernel *kernel, struct cgswap_step *step,
			  const struct kernel_attach *detach)
{
	int err, fd = step->target.made_link;

	if (fd < 0)
		return kernel->ops->detach(kernel, detach);
	/* detached first: a pin that cannot be removed would keep it attached */
	err = kernel->ops->link_detach(kernel, fd);
	if (err)
		return err;
	kernel->ops->close(kernel, fd);
	step->target.made_link = -1;
	return 0;
}

int replace_call(const struct cgswap_replace *replace, struct cgswap_step *step,
		 const struct program *from, const struct program *to, uint32_t flags,
		 uint64_t revision)
{
	struct kernel *kernel = replace->session->kernel;
	const struct chain_state *chain = step->target.chain;
	const struct step_target *target = &step->target;
	struct kernel_attach request = {
		.target_fd = cgroup_fd(chain->cgroup),
		.program_fd = to ? to->fd : from->fd,
		.type = chain->type->number,
		.flags = flags,
		.revision = revision,
	};

	if (!to) {
		request.flags = 0;
		return request_detach(kernel, step, &request);
	}
	if (!from && target->method == STEP_LINK)
		return request_link_create(kernel, step, &request);
	if (!from)
		request.relative = target->anchor_id;
	else if (target->method == STEP_LINK)
		return request_link_update(kernel, step, from, to);
	else if (target->method == STEP_PLAIN)
		request.replace_fd = (uint32_t)from->fd;
	return kernel->ops->attach(kernel, &request);
}
