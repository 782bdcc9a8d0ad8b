/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

#include <errno.h>
#include <linux/bpf.h>

static const uint32_t MODES = KERNEL_MULTI | KERNEL_OVERRIDE;

static struct rules_answer yes(void)
{
	return (struct rules_answer){ 0, CGSWAP_CAUSE_NONE, 0 };
}

static struct rules_answer no(int errnum, enum cgswap_cause cause)
{
	return (struct rules_answer){ errnum, cause, 0 };
}

static bool refuses(struct rules_answer answer)
{
	return answer.errnum != 0;
}

/* Flags and fields that only some kernels know. */
static struct rules_answer check_features(const struct rules_world *world,
					  const struct rules_request *request)
{
	uint32_t known = MODES | KERNEL_REPLACE;

	if (world->has_preorder)
		known |= KERNEL_PREORDER;
	if (request->flags & ~known)
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	if (request->revision && !world->has_revision)
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	return yes();
}

static struct rules_answer check_program(const struct rules_world *world,
					 const struct rules_request *request)
{
	const struct rules_program *program = &request->program;

	if (program->kind == RULES_CLOSED)
		return no(EBADF, CGSWAP_CAUSE_BAD_DESCRIPTOR);
	if (program->kind != RULES_PROGRAM)
		return no(EINVAL, CGSWAP_CAUSE_NOT_A_PROGRAM);
	if (program->type != request->type->program_type)
		return no(EINVAL, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH);
	if (program->type == BPF_PROG_TYPE_CGROUP_SKB && !world->net_admin)
		return no(EINVAL, CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN);
	if (program->for_other_hook)
		return no(EINVAL, CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH);
	return yes();
}

static struct rules_answer check_target(enum rules_target target)
{
	switch (target) {
	case RULES_CGROUP:
		return yes();
	case RULES_CGROUP_GONE:
		return no(ENOENT, CGSWAP_CAUSE_CGROUP_GONE);
	case RULES_CGROUP_CLOSED:
		return no(EBADF, CGSWAP_CAUSE_BAD_DESCRIPTOR);
	case RULES_CGROUP_V1:
		return no(EBADF, CGSWAP_CAUSE_CGROUP_V1);
	default:
		return no(EBADF, CGSWAP_CAUSE_NOT_A_CGROUP);
	}
}

static struct rules_answer check_replaced(const struct rules_request *request)
{
	if (!(request->flags & KERNEL_REPLACE) || !(request->flags & KERNEL_MULTI))
		return yes();
	if (request->replaced.kind == RULES_CLOSED)
		return no(EBADF, CGSWAP_CAUSE_BAD_DESCRIPTOR);
	if (request->replaced.kind != RULES_PROGRAM)
		return no(EINVAL, CGSWAP_CAUSE_NOT_A_PROGRAM);
	if (request->replaced.type != request->type->program_type)
		return no(EINVAL, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH);
	return yes();
}

/*
 * Up from the parent: a chain in multi mode allows and ends the search, another that holds a
 * program allows only in override mode, an empty one says nothing.
 */
static struct rules_answer check_ancestors(const struct rules_world *world)
{
	for (size_t i = 0; i < world->ancestor_count; i++) {
		const struct rules_ancestor *ancestor = &world->ancestors[i];

		if (!ancestor->count)
			continue;
		if (!(ancestor->mode & MODES))
			return (struct rules_answer){ EPERM, CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE, i };
		break;
	}
	return yes();
}

static bool stands_plainly(const struct rules_chain *chain, uint32_t program)
{
	for (size_t i = 0; i < chain->count; i++)
		if (chain->entries[i].program == program && !chain->entries[i].by_link)
			return true;
	return false;
}

static bool stands(const struct rules_chain *chain, uint32_t program)
{
	for (size_t i = 0; i < chain->count; i++)
		if (chain->entries[i].program == program)
			return true;
	return false;
}

/* A program that is to be replaced or detached, and is not there as a plain entry. */
static struct rules_answer absent(const struct rules_chain *own, uint32_t program)
{
	if (!own->count)
		return no(ENOENT, CGSWAP_CAUSE_CHAIN_EMPTY);
	if (stands(own, program))
		return no(ENOENT, CGSWAP_CAUSE_HELD_BY_LINK);
	return no(ENOENT, CGSWAP_CAUSE_NOT_ATTACHED);
}

static struct rules_answer place_multi(const struct rules_world *world,
				       const struct rules_request *request)
{
	const struct rules_chain *own = &world->own;
	bool replace = request->flags & KERNEL_REPLACE;
	bool itself = replace && request->replaced.id == request->program.id;

	if (!itself && stands_plainly(own, request->program.id))
		return no(EINVAL, CGSWAP_CAUSE_ALREADY_ATTACHED);
	if (replace && !stands_plainly(own, request->replaced.id))
		return absent(own, request->replaced.id);
	return yes();
}

/* What is decided under the kernel's lock. */
static struct rules_answer attach_locked(const struct rules_world *world,
					 const struct rules_request *request)
{
	const struct rules_chain *own = &world->own;
	uint32_t mode = request->flags & MODES;
	struct rules_answer answer;

	if (mode == MODES || ((request->flags & KERNEL_REPLACE) && !(mode & KERNEL_MULTI)))
		return no(EINVAL, CGSWAP_CAUSE_MODE_FLAGS_CONFLICT);
	if (request->revision && request->revision != own->revision)
		return no(ESTALE, CGSWAP_CAUSE_REVISION_CHANGED);
	answer = check_ancestors(world);
	if (refuses(answer))
		return answer;
	if (own->count && own->mode != mode)
		return no(EPERM, CGSWAP_CAUSE_OWN_MODE_CONFLICT);
	if (own->count >= KERNEL_CHAIN_MAX)
		return no(E2BIG, CGSWAP_CAUSE_CHAIN_FULL);
	/* none and override: what is there is overwritten, whatever it is */
	return mode & KERNEL_MULTI ? place_multi(world, request) : yes();
}

struct rules_answer rules_attach(const struct rules_world *world, const struct rules_request *request)
{
	struct rules_answer answer = check_features(world, request);

	if (!refuses(answer))
		answer = check_program(world, request);
	if (!refuses(answer))
		answer = check_target(world->target);
	if (!refuses(answer))
		answer = check_replaced(request);
	return refuses(answer) ? answer : attach_locked(world, request);
}

struct rules_answer rules_detach(const struct rules_world *world, const struct rules_request *request)
{
	const struct rules_chain *own = &world->own;
	struct rules_answer answer;

	if (request->revision && !world->has_revision)
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	answer = check_target(world->target);
	if (refuses(answer))
		return answer;
	if (request->revision && request->revision != own->revision)
		return no(ESTALE, CGSWAP_CAUSE_REVISION_CHANGED);
	if (!own->count)
		return no(ENOENT, CGSWAP_CAUSE_CHAIN_EMPTY);
	/* none and override: whatever is there goes */
	if (!(own->mode & KERNEL_MULTI))
		return yes();
	if (request->program.kind != RULES_PROGRAM)
		return no(EINVAL, CGSWAP_CAUSE_NOT_A_PROGRAM);
	if (!stands_plainly(own, request->program.id))
		return absent(own, request->program.id);
	return yes();
}
