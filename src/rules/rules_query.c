/* SPDX-License-Identifier: BSD-2-Clause */
/* PROG_QUERY, and the order in which programs run. */
#include "rules/rules.h"

#include <errno.h>

#include "rules/rules_check.h"

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

struct rules_answer rules_query(const struct rules_input *input,
				const struct rules_query_request *request)
{
	bool effective = request->flags & KERNEL_QUERY_EFFECTIVE;
	struct rules_answer answer;

	if (!input->kernel->net_admin)
		return no(EPERM, CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN);
	answer = check_query_features(input->kernel, request);
	if (answer.errnum)
		return answer;
	if (request->flags & ~(uint32_t)KERNEL_QUERY_EFFECTIVE)
		return no(EINVAL, CGSWAP_CAUSE_BAD_ARGUMENT);
	if (!rules_knows_type(input->kernel, request->type))
		return rules_error_type(request->type);
	answer = rules_check_target(input->target);
	if (answer.errnum)
		return answer;
	if (effective && request->wants_program_flags)
		return no(EINVAL, CGSWAP_CAUSE_BAD_ARGUMENT);
	/* lsm_cgroup has many chains, and only the flags show where each ends */
	if (request->type == ATTACH_LSM_CGROUP && !effective && request->wants_ids &&
	    !request->wants_program_flags)
		return no(EINVAL, CGSWAP_CAUSE_BAD_ARGUMENT);
	return yes();
}

/* The lowest chain with a program runs in any mode, those above it only in multi mode. */
static bool rules_level_runs(const struct rules_chain *const *levels, size_t level)
{
	size_t lowest = 0;

	while (!levels[lowest]->count && lowest < level)
		lowest++;
	return levels[level]->count && (level == lowest || (levels[level]->mode & KERNEL_MULTI));
}

static size_t rules_append(uint32_t *ids, size_t capacity, size_t length,
			   const struct rules_chain *chain, bool preorder)
{
	for (size_t i = 0; i < chain->count; i++) {
		if (chain->entries[i].preorder != preorder)
			continue;
		if (length < capacity)
			ids[length] = chain->entries[i].program;
		length++;
	}
	return length;
}

size_t rules_effective(uint32_t *ids, size_t capacity, const struct rules_chain *const *levels,
		       size_t count)
{
	size_t length = 0;

	for (size_t i = count; i-- > 0;)
		if (rules_level_runs(levels, i))
			length = rules_append(ids, capacity, length, levels[i], true);
	for (size_t i = 0; i < count; i++)
		if (rules_level_runs(levels, i))
			length = rules_append(ids, capacity, length, levels[i], false);
	return length;
}
