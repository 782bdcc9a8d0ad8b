/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "rules_place.h"

enum {
	MODES = KERNEL_MULTI | KERNEL_OVERRIDE,
	POSITIONS = KERNEL_BEFORE | KERNEL_AFTER,
	ORDERING = POSITIONS | KERNEL_ID | KERNEL_LINK
};

static struct rules_answer yes(void)
{
	return (struct rules_answer){ 0, CGSWAP_CAUSE_NONE };
}

static struct rules_answer no(int errnum, enum cgswap_cause cause)
{
	return (struct rules_answer){ errnum, cause };
}

static bool has(const struct rules_kernel *kernel, enum cgswap_feature feature)
{
	return kernel->features & (1U << feature);
}

bool rules_knows_type(const struct rules_kernel *kernel, uint32_t type)
{
	if (type == ATTACH_LSM_CGROUP)
		return has(kernel, CGSWAP_FEATURE_LSM_CGROUP);
	if (type >= ATTACH_UNIX_FIRST && type <= ATTACH_UNIX_LAST)
		return has(kernel, CGSWAP_FEATURE_UNIX_SOCKET_HOOKS);
	return attach_type_by_number(type) != NULL;
}

/* A flag that this kernel does not know; one that no kernel knows is the caller's mistake. */
static struct rules_answer check_flags(uint32_t flags, uint32_t known)
{
	enum { ANY = MODES | KERNEL_REPLACE | KERNEL_PREORDER | ORDERING };

	if (!(flags & ~known))
		return yes();
	return no(EINVAL, flags & ~(uint32_t)ANY ? CGSWAP_CAUSE_BAD_ARGUMENT :
						   CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
}

/* Flags and fields of PROG_ATTACH that only some kernels know. */
static struct rules_answer check_attach_features(const struct rules_kernel *kernel,
						 const struct rules_request *request)
{
	uint32_t known = KERNEL_OVERRIDE;
	struct rules_answer answer;

	if (has(kernel, CGSWAP_FEATURE_MULTI))
		known |= KERNEL_MULTI;
	if (has(kernel, CGSWAP_FEATURE_REPLACE))
		known |= KERNEL_REPLACE;
	if (has(kernel, CGSWAP_FEATURE_PREORDER))
		known |= KERNEL_PREORDER;
	if (has(kernel, CGSWAP_FEATURE_ORDERING))
		known |= ORDERING;
	answer = check_flags(request->flags, known);
	if (answer.errnum)
		return answer;
	if (request->anchor.given && !has(kernel, CGSWAP_FEATURE_ORDERING))
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	if (request->revision && !has(kernel, CGSWAP_FEATURE_EXPECTED_REVISION))
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	return yes();
}

/* The type of a program that a request names, and the hook it was loaded for. */
static struct rules_answer check_program(const struct rules_program *program)
{
	if (program->kind == RULES_CLOSED)
		return no(EBADF, CGSWAP_CAUSE_BAD_DESCRIPTOR);
	if (program->kind != RULES_PROGRAM)
		return no(EINVAL, CGSWAP_CAUSE_NOT_A_PROGRAM);
	return yes();
}

static struct rules_answer check_type(const struct rules_program *program, uint32_t type)
{
	if (program->type != attach_type_by_number(type)->program_type)
		return no(EINVAL, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH);
	return yes();
}

static struct rules_answer check_hook(const struct rules_program *program, uint32_t type)
{
	bool bound = attach_type_by_number(type)->bound || program->only_hook;

	if (bound && program->hook != type)
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

/* The program to be replaced is looked at only where a replace is possible at all. */
static struct rules_answer check_replaced(const struct rules_request *request)
{
	enum { BOTH = KERNEL_MULTI | KERNEL_REPLACE };
	struct rules_answer answer;

	if ((request->flags & BOTH) != BOTH)
		return yes();
	answer = check_program(&request->replaced);
	return answer.errnum ? answer : check_type(&request->replaced, request->type);
}

/*
 * Up from the parent: a chain in multi mode allows and ends the search, another that holds a
 * program allows only in override mode, an empty one says nothing.
 */
static struct rules_answer check_ancestors(const struct rules_world *world)
{
	for (size_t i = 0; i < world->ancestor_count; i++) {
		const struct rules_chain *ancestor = world->ancestors[i];

		if (!ancestor->count)
			continue;
		if (!(ancestor->mode & MODES))
			return no(EPERM, CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE);
		break;
	}
	return yes();
}

/* The first place of a program as a plain entry, or with any_kind of whatever kind; count: none. */
static size_t find(const struct rules_chain *chain, uint32_t program, bool any_kind)
{
	size_t i = 0;

	while (i < chain->count && (chain->entries[i].program != program ||
				    (chain->entries[i].link && !any_kind)))
		i++;
	return i;
}

/* A program that is to be replaced or detached, and is not there as a plain entry. */
static struct rules_answer absent(const struct rules_chain *own, uint32_t program)
{
	if (!own->count)
		return no(ENOENT, CGSWAP_CAUSE_CHAIN_EMPTY);
	if (find(own, program, true) < own->count)
		return no(ENOENT, CGSWAP_CAUSE_HELD_BY_LINK);
	return no(ENOENT, CGSWAP_CAUSE_NOT_ATTACHED);
}

/* What is decided under the lock, before any entry is looked at. */
static struct rules_answer check_locked(const struct rules_world *world,
					const struct rules_request *request, uint32_t mode)
{
	const struct rules_chain *own = world->own;
	struct rules_answer answer;

	if (mode == MODES || ((request->flags & KERNEL_REPLACE) && !(mode & KERNEL_MULTI)))
		return no(EINVAL, CGSWAP_CAUSE_MODE_FLAGS_CONFLICT);
	if ((request->flags & KERNEL_REPLACE) && (request->flags & POSITIONS))
		return no(EINVAL, CGSWAP_CAUSE_POSITION_CONFLICT);
	if (request->revision && request->revision != own->revision)
		return no(ESTALE, CGSWAP_CAUSE_REVISION_CHANGED);
	answer = check_ancestors(world);
	if (answer.errnum)
		return answer;
	if (own->count && own->mode != mode)
		return no(EPERM, CGSWAP_CAUSE_OWN_MODE_CONFLICT);
	if (own->count >= KERNEL_CHAIN_MAX)
		return no(E2BIG, CGSWAP_CAUSE_CHAIN_FULL);
	return yes();
}

/* In multi mode: the index of the entry to be overwritten, or where a new one goes. */
static struct rules_answer choose_multi(size_t *index, bool *overwrite, const struct rules_chain *own,
					const struct rules_request *request)
{
	bool replace = request->flags & KERNEL_REPLACE;
	bool itself = replace && request->replaced.id == request->program.id;

	if (!request->link && !itself && find(own, request->program.id, false) < own->count)
		return no(EINVAL, CGSWAP_CAUSE_ALREADY_ATTACHED);
	*overwrite = replace;
	if (!replace)
		return rules_place(index, own, request);
	*index = find(own, request->replaced.id, false);
	return *index < own->count ? yes() : absent(own, request->replaced.id);
}

static void write_entry(struct rules_chain *after, const struct rules_chain *own, size_t index,
			bool overwrite, uint32_t mode, const struct rules_request *request)
{
	if (after != own)
		*after = *own;
	if (!overwrite) {
		memmove(&after->entries[index + 1], &after->entries[index],
			(after->count - index) * sizeof(after->entries[0]));
		after->count++;
	}
	after->entries[index] = (struct rules_entry){
		.program = request->program.id,
		.link = request->link,
		.preorder = request->flags & KERNEL_PREORDER,
	};
	after->mode = mode;
	after->revision++;
}

static struct rules_answer attach_locked(const struct rules_world *world,
					 const struct rules_request *request, uint32_t mode,
					 struct rules_chain *after)
{
	const struct rules_chain *own = world->own;
	struct rules_answer answer = check_locked(world, request, mode);
	bool overwrite = own->count > 0;
	size_t index = 0;

	if (answer.errnum)
		return answer;
	/* none and override: what is there is overwritten, and a position is not looked at */
	if (mode & KERNEL_MULTI)
		answer = choose_multi(&index, &overwrite, own, request);
	else if (!overwrite)
		answer = rules_place(&index, own, request);
	if (!answer.errnum && after)
		write_entry(after, own, index, overwrite, mode, request);
	return answer;
}

struct rules_answer rules_attach(const struct rules_world *world, const struct rules_request *request,
				 struct rules_chain *after)
{
	struct rules_answer answer;

	if (!rules_knows_type(world->kernel, request->type))
		return no(EINVAL, CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN);
	answer = check_attach_features(world->kernel, request);
	if (!answer.errnum)
		answer = check_program(&request->program);
	if (!answer.errnum)
		answer = check_type(&request->program, request->type);
	if (!answer.errnum && request->program.type == BPF_PROG_TYPE_CGROUP_SKB &&
	    !world->kernel->net_admin)
		answer = no(EINVAL, CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN);
	if (!answer.errnum)
		answer = check_hook(&request->program, request->type);
	if (!answer.errnum)
		answer = check_target(world->target);
	if (!answer.errnum)
		answer = check_replaced(request);
	if (answer.errnum)
		return answer;
	return attach_locked(world, request, request->flags & MODES, after);
}

struct rules_answer rules_link_create(const struct rules_world *world,
				      const struct rules_request *request, struct rules_chain *after)
{
	bool ordering = has(world->kernel, CGSWAP_FEATURE_ORDERING);
	struct rules_request own_request = *request;
	struct rules_answer answer;

	if (!has(world->kernel, CGSWAP_FEATURE_LINK))
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	answer = check_program(&request->program);
	if (!answer.errnum && request->program.type == BPF_PROG_TYPE_CGROUP_SKB &&
	    !world->kernel->net_admin)
		answer = no(EPERM, CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN);
	if (!answer.errnum && !rules_knows_type(world->kernel, request->type))
		answer = no(EINVAL, CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN);
	if (!answer.errnum)
		answer = check_type(&request->program, request->type);
	if (!answer.errnum)
		answer = check_hook(&request->program, request->type);
	if (!answer.errnum)
		answer = check_flags(request->flags, ordering ? ORDERING | KERNEL_PREORDER : 0);
	if (!answer.errnum)
		answer = check_target(world->target);
	if (answer.errnum)
		return answer;
	/* a kernel without these fields takes no notice of them */
	if (!ordering)
		own_request.anchor = (struct rules_anchor){ 0 };
	if (!has(world->kernel, CGSWAP_FEATURE_EXPECTED_REVISION))
		own_request.revision = 0;
	return attach_locked(world, &own_request, KERNEL_MULTI, after);
}

void rules_remove(struct rules_chain *chain, size_t index)
{
	chain->count--;
	memmove(&chain->entries[index], &chain->entries[index + 1],
		(chain->count - index) * sizeof(chain->entries[0]));
	if (!chain->count)
		chain->mode = 0;
	chain->revision++;
}

struct rules_answer rules_detach(const struct rules_world *world, const struct rules_request *request,
				 struct rules_chain *after)
{
	const struct rules_chain *own = world->own;
	struct rules_answer answer;
	size_t index = 0;

	if (!rules_knows_type(world->kernel, request->type))
		return no(EINVAL, CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN);
	if (request->flags || request->anchor.given)
		return no(EINVAL, CGSWAP_CAUSE_BAD_ARGUMENT);
	if (request->revision && !has(world->kernel, CGSWAP_FEATURE_EXPECTED_REVISION))
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	answer = check_target(world->target);
	if (answer.errnum)
		return answer;
	if (request->revision && request->revision != own->revision)
		return no(ESTALE, CGSWAP_CAUSE_REVISION_CHANGED);
	if (own->mode & KERNEL_MULTI) {
		/* whatever is wrong with the descriptor, the kernel says the same */
		if (request->program.kind == RULES_CLOSED)
			return no(EINVAL, CGSWAP_CAUSE_BAD_DESCRIPTOR);
		if (request->program.kind != RULES_PROGRAM)
			return no(EINVAL, CGSWAP_CAUSE_NOT_A_PROGRAM);
		if (check_type(&request->program, request->type).errnum)
			return no(EINVAL, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH);
		index = find(own, request->program.id, false);
		if (index == own->count)
			return absent(own, request->program.id);
	} else if (!own->count) {
		return no(ENOENT, CGSWAP_CAUSE_CHAIN_EMPTY);
	}
	if (after) {
		if (after != own)
			*after = *own;
		rules_remove(after, index);
	}
	return yes();
}

struct rules_answer rules_link_update(const struct rules_kernel *kernel,
				      const struct rules_update *update)
{
	bool guarded = update->flags & KERNEL_REPLACE;
	struct rules_answer answer;

	if (!has(kernel, CGSWAP_FEATURE_LINK))
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	if (update->flags & ~(uint32_t)KERNEL_REPLACE)
		return no(EINVAL, CGSWAP_CAUSE_BAD_ARGUMENT);
	if (update->link == RULES_CLOSED)
		return no(EBADF, CGSWAP_CAUSE_BAD_DESCRIPTOR);
	if (update->link != RULES_LINK)
		return no(EINVAL, CGSWAP_CAUSE_NOT_A_LINK);
	answer = check_program(&update->program);
	if (!answer.errnum && guarded)
		answer = check_program(&update->old);
	if (!answer.errnum && !guarded && update->old_given)
		answer = no(EINVAL, CGSWAP_CAUSE_BAD_ARGUMENT);
	if (answer.errnum)
		return answer;
	if (update->severed)
		return no(ENOLINK, CGSWAP_CAUSE_LINK_SEVERED);
	if (guarded && update->old.id != update->current.id)
		return no(EPERM, CGSWAP_CAUSE_LINK_CHANGED);
	/* the hook that the program was loaded for is not looked at */
	if (update->program.type != update->current.type)
		return no(EINVAL, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH);
	if (kernel->compares_storages && update->program.storages != update->current.storages)
		return no(EINVAL, CGSWAP_CAUSE_UNSAFE_LINK_UPDATE);
	return yes();
}

struct rules_answer rules_link_detach(const struct rules_kernel *kernel, enum rules_kind link)
{
	if (!has(kernel, CGSWAP_FEATURE_LINK_DETACH))
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	if (link == RULES_CLOSED)
		return no(EBADF, CGSWAP_CAUSE_BAD_DESCRIPTOR);
	/* a second time changes nothing, and is no mistake */
	return link == RULES_LINK ? yes() : no(EINVAL, CGSWAP_CAUSE_NOT_A_LINK);
}

/* Fields of PROG_QUERY that only some kernels know. */
static struct rules_answer check_query_features(const struct rules_kernel *kernel,
						const struct rules_query_request *request)
{
	if (!has(kernel, CGSWAP_FEATURE_MULTI) ||
	    (request->wants_program_flags && !has(kernel, CGSWAP_FEATURE_LSM_CGROUP)) ||
	    (request->wants_links && !has(kernel, CGSWAP_FEATURE_UNIX_SOCKET_HOOKS)))
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	return yes();
}

struct rules_answer rules_query(const struct rules_world *world,
				const struct rules_query_request *request)
{
	bool effective = request->flags & KERNEL_QUERY_EFFECTIVE;
	struct rules_answer answer;

	if (!world->kernel->net_admin)
		return no(EPERM, CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN);
	answer = check_query_features(world->kernel, request);
	if (answer.errnum)
		return answer;
	if (request->flags & ~(uint32_t)KERNEL_QUERY_EFFECTIVE)
		return no(EINVAL, CGSWAP_CAUSE_BAD_ARGUMENT);
	if (!rules_knows_type(world->kernel, request->type))
		return no(EINVAL, CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN);
	answer = check_target(world->target);
	if (answer.errnum)
		return answer;
	if (effective && request->wants_program_flags)
		return no(EINVAL, CGSWAP_CAUSE_BAD_ARGUMENT);
	/* one type with many chains: only the flags tell where one ends */
	if (request->type == ATTACH_LSM_CGROUP && !effective && request->wants_ids &&
	    !request->wants_program_flags)
		return no(EINVAL, CGSWAP_CAUSE_BAD_ARGUMENT);
	return yes();
}

/* Of those that hold anything the lowest counts whatever its mode, those above only in multi mode. */
static bool counts(const struct rules_chain *const *levels, size_t level)
{
	size_t lowest = 0;

	while (!levels[lowest]->count && lowest < level)
		lowest++;
	return levels[level]->count && (level == lowest || (levels[level]->mode & KERNEL_MULTI));
}

static size_t append(uint32_t *ids, size_t room, size_t length, const struct rules_chain *chain,
		     bool preorder)
{
	for (size_t i = 0; i < chain->count; i++) {
		if (chain->entries[i].preorder != preorder)
			continue;
		if (length < room)
			ids[length] = chain->entries[i].program;
		length++;
	}
	return length;
}

size_t rules_effective(uint32_t *ids, size_t room, const struct rules_chain *const *levels,
		       size_t count)
{
	size_t length = 0;

	for (size_t i = count; i-- > 0;)
		if (counts(levels, i))
			length = append(ids, room, length, levels[i], true);
	for (size_t i = 0; i < count; i++)
		if (counts(levels, i))
			length = append(ids, room, length, levels[i], false);
	return length;
}
