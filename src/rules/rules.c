/* SPDX-License-Identifier: BSD-2-Clause */
/* PROG_ATTACH and PROG_DETACH. */
#include "rules/rules.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "rules/rules_check.h"
#include "rules/rules_position.h"

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
	answer = rules_check_flags(request->flags, known);
	if (answer.errnum)
		return answer;
	if (request->anchor.given && !has(kernel, CGSWAP_FEATURE_ORDERING))
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	if (request->revision && !has(kernel, CGSWAP_FEATURE_EXPECTED_REVISION))
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	return yes();
}

/* The program to be replaced is checked only with the flags that allow a replace. */
static struct rules_answer check_replaced(const struct rules_request *request)
{
	enum { BOTH = KERNEL_MULTI | KERNEL_REPLACE };
	struct rules_answer answer;

	if ((request->flags & BOTH) != BOTH)
		return yes();
	answer = rules_check_program(&request->replaced);
	return answer.errnum ? answer : rules_check_type(&request->replaced, request->type);
}

/*
 * Checks from the parent up: a chain in multi mode allows the change and ends the search, another
 * chain with a program allows it only in override mode, and an empty one is skipped.
 */
static struct rules_answer check_ancestors(const struct rules_input *input)
{
	for (size_t i = 0; i < input->ancestor_count; i++) {
		const struct rules_chain *ancestor = input->ancestors[i];

		if (!ancestor->count)
			continue;
		if (!(ancestor->mode & MODES))
			return no(EPERM, CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE);
		break;
	}
	return yes();
}

/*
 * The first index of a program in an entry without a link, or with any_kind in any entry; count:
 * none.
 */
static size_t rules_find(const struct rules_chain *chain, uint32_t program, bool any_kind)
{
	size_t i = 0;

	while (i < chain->count &&
	       (chain->entries[i].program != program || (chain->entries[i].link && !any_kind)))
		i++;
	return i;
}

/* The error for a program to replace or detach that has no entry without a link. */
static struct rules_answer rules_error_absent(const struct rules_chain *own, uint32_t program)
{
	if (!own->count)
		return no(ENOENT, CGSWAP_CAUSE_CHAIN_EMPTY);
	if (rules_find(own, program, true) < own->count)
		return no(ENOENT, CGSWAP_CAUSE_HELD_BY_LINK);
	return no(ENOENT, CGSWAP_CAUSE_NOT_ATTACHED);
}

/* The checks that the kernel does under its lock, before it looks at any entry. */
static struct rules_answer check_locked(const struct rules_input *input,
					const struct rules_request *request, uint32_t mode)
{
	const struct rules_chain *own = input->own;
	struct rules_answer answer;

	if (mode == MODES || ((request->flags & KERNEL_REPLACE) && !(mode & KERNEL_MULTI)))
		return no(EINVAL, CGSWAP_CAUSE_MODE_FLAGS_CONFLICT);
	if ((request->flags & KERNEL_REPLACE) && (request->flags & POSITIONS))
		return no(EINVAL, CGSWAP_CAUSE_POSITION_CONFLICT);
	if (request->revision && request->revision != own->revision)
		return no(ESTALE, CGSWAP_CAUSE_REVISION_CHANGED);
	answer = check_ancestors(input);
	if (answer.errnum)
		return answer;
	if (own->count && own->mode != mode)
		return no(EPERM, CGSWAP_CAUSE_OWN_MODE_CONFLICT);
	if (own->count >= KERNEL_CHAIN_MAX)
		return no(E2BIG, CGSWAP_CAUSE_CHAIN_FULL);
	return yes();
}

/* In multi mode: finds the index of the entry to overwrite, or of a new one. */
static struct rules_answer rules_choose_multi(size_t *index, bool *overwrite,
					      const struct rules_chain *own,
					      const struct rules_request *request)
{
	bool replace = request->flags & KERNEL_REPLACE;
	bool itself = replace && request->replaced.id == request->program.id;

	if (!request->link && !itself && rules_find(own, request->program.id, false) < own->count)
		return no(EINVAL, CGSWAP_CAUSE_ALREADY_ATTACHED);
	*overwrite = replace;
	if (!replace)
		return rules_position(index, own, request);
	*index = rules_find(own, request->replaced.id, false);
	return *index < own->count ? yes() : rules_error_absent(own, request->replaced.id);
}

static void rules_write_entry(struct rules_chain *after, const struct rules_chain *own,
			      size_t index, bool overwrite, uint32_t mode,
			      const struct rules_request *request)
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

struct rules_answer rules_attach_locked(const struct rules_input *input,
					const struct rules_request *request, uint32_t mode,
					struct rules_chain *after)
{
	const struct rules_chain *own = input->own;
	struct rules_answer answer = check_locked(input, request, mode);
	bool overwrite = own->count > 0;
	size_t index = 0;

	if (answer.errnum)
		return answer;
	/* none and override: the entry is overwritten, and a position is not checked */
	if (mode & KERNEL_MULTI)
		answer = rules_choose_multi(&index, &overwrite, own, request);
	else if (!overwrite)
		answer = rules_position(&index, own, request);
	if (!answer.errnum && after)
		rules_write_entry(after, own, index, overwrite, mode, request);
	return answer;
}

struct rules_answer rules_attach(const struct rules_input *input,
				 const struct rules_request *request, struct rules_chain *after)
{
	struct rules_answer answer;

	if (!rules_knows_type(input->kernel, request->type))
		return rules_error_type(request->type);
	answer = check_attach_features(input->kernel, request);
	if (!answer.errnum)
		answer = rules_check_program(&request->program);
	if (!answer.errnum)
		answer = rules_check_type(&request->program, request->type);
	if (!answer.errnum && request->program.type == BPF_PROG_TYPE_CGROUP_SKB &&
	    !input->kernel->net_admin)
		answer = no(EINVAL, CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN);
	if (!answer.errnum)
		answer = rules_check_attach_type(&request->program, request->type);
	if (!answer.errnum)
		answer = rules_check_target(input->target);
	if (!answer.errnum)
		answer = check_replaced(request);
	if (answer.errnum)
		return answer;
	return rules_attach_locked(input, request, request->flags & MODES, after);
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

struct rules_answer rules_detach(const struct rules_input *input,
				 const struct rules_request *request, struct rules_chain *after)
{
	const struct rules_chain *own = input->own;
	struct rules_answer answer;
	size_t index = 0;

	if (!rules_knows_type(input->kernel, request->type))
		return rules_error_type(request->type);
	if (request->flags || request->anchor.given)
		return no(EINVAL, CGSWAP_CAUSE_BAD_ARGUMENT);
	if (request->revision && !has(input->kernel, CGSWAP_FEATURE_EXPECTED_REVISION))
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	answer = rules_check_target(input->target);
	if (answer.errnum)
		return answer;
	if (request->revision && request->revision != own->revision)
		return no(ESTALE, CGSWAP_CAUSE_REVISION_CHANGED);
	if (own->mode & KERNEL_MULTI) {
		/* the kernel has one errno for all errors of the descriptor */
		if (request->program.kind == RULES_CLOSED)
			return no(EINVAL, CGSWAP_CAUSE_BAD_DESCRIPTOR);
		if (request->program.kind != RULES_PROGRAM)
			return no(EINVAL, CGSWAP_CAUSE_NOT_A_PROGRAM);
		if (rules_check_type(&request->program, request->type).errnum)
			return no(EINVAL, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH);
		index = rules_find(own, request->program.id, false);
		if (index == own->count)
			return rules_error_absent(own, request->program.id);
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
