/* SPDX-License-Identifier: BSD-2-Clause */
/* LINK_CREATE, LINK_UPDATE and LINK_DETACH. */
#include "rules/rules.h"

#include <errno.h>
#include <linux/bpf.h>

#include "rules/rules_check.h"

struct rules_answer rules_link_create(const struct rules_input *input,
				      const struct rules_request *request,
				      struct rules_chain *after)
{
	bool ordering = has(input->kernel, CGSWAP_FEATURE_ORDERING);
	uint32_t known = ordering ? ORDERING | KERNEL_PREORDER : 0;
	struct rules_request own_request = *request;
	struct rules_answer answer;

	if (!has(input->kernel, CGSWAP_FEATURE_LINK))
		return no(EINVAL, CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
	answer = rules_check_program(&request->program);
	if (!answer.errnum && request->program.type == BPF_PROG_TYPE_CGROUP_SKB &&
	    !input->kernel->net_admin)
		answer = no(EPERM, CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN);
	if (!answer.errnum && !rules_knows_type(input->kernel, request->type))
		answer = rules_error_type(request->type);
	if (!answer.errnum)
		answer = rules_check_type(&request->program, request->type);
	if (!answer.errnum)
		answer = rules_check_attach_type(&request->program, request->type);
	if (!answer.errnum)
		answer = rules_check_flags(request->flags, known);
	if (!answer.errnum)
		answer = rules_check_target(input->target);
	if (answer.errnum)
		return answer;
	/* a kernel without these fields ignores them */
	if (!ordering)
		own_request.anchor = (struct rules_anchor){ 0 };
	if (!has(input->kernel, CGSWAP_FEATURE_EXPECTED_REVISION))
		own_request.revision = 0;
	return rules_attach_locked(input, &own_request, KERNEL_MULTI, after);
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
	answer = rules_check_program(&update->program);
	if (!answer.errnum && guarded)
		answer = rules_check_program(&update->old);
	if (!answer.errnum && !guarded && update->old_given)
		answer = no(EINVAL, CGSWAP_CAUSE_BAD_ARGUMENT);
	if (answer.errnum)
		return answer;
	if (update->detached)
		return no(ENOLINK, CGSWAP_CAUSE_LINK_DETACHED);
	if (guarded && update->old.id != update->current.id)
		return no(EPERM, CGSWAP_CAUSE_LINK_CHANGED);
	/* the attach type that the program was loaded for is not checked */
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
	/* detaching twice is allowed */
	return link == RULES_LINK ? yes() : no(EINVAL, CGSWAP_CAUSE_NOT_A_LINK);
}
