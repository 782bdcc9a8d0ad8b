/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules/rules_check.h"

#include <errno.h>

bool rules_knows_type(const struct rules_kernel *kernel, uint32_t type)
{
	if (type == ATTACH_LSM_CGROUP)
		return has(kernel, CGSWAP_FEATURE_LSM_CGROUP);
	if (type >= ATTACH_UNIX_FIRST && type <= ATTACH_UNIX_LAST)
		return has(kernel, CGSWAP_FEATURE_UNIX_SOCKET_HOOKS);
	return attach_type_by_number(type) != NULL;
}

struct rules_answer rules_error_type(uint32_t type)
{
	return no(EINVAL, attach_type_by_number(type) ? CGSWAP_CAUSE_ATTACH_TYPE_UNSUPPORTED
						      : CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN);
}

struct rules_answer rules_check_flags(uint32_t flags, uint32_t known)
{
	enum { ANY = MODES | KERNEL_REPLACE | KERNEL_PREORDER | ORDERING };

	if (!(flags & ~known))
		return yes();
	return no(EINVAL, flags & ~(uint32_t)ANY ? CGSWAP_CAUSE_BAD_ARGUMENT
						 : CGSWAP_CAUSE_KERNEL_LACKS_FEATURE);
}

struct rules_answer rules_check_program(const struct rules_program *program)
{
	if (program->kind == RULES_CLOSED)
		return no(EBADF, CGSWAP_CAUSE_BAD_DESCRIPTOR);
	if (program->kind != RULES_PROGRAM)
		return no(EINVAL, CGSWAP_CAUSE_NOT_A_PROGRAM);
	return yes();
}

struct rules_answer rules_check_type(const struct rules_program *program, uint32_t type)
{
	if (program->type != attach_type_by_number(type)->program_type)
		return no(EINVAL, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH);
	return yes();
}

struct rules_answer rules_check_attach_type(const struct rules_program *program, uint32_t type)
{
	bool bound = attach_type_by_number(type)->bound || program->only_own_type;

	if (bound && program->attach_type != type)
		return no(EINVAL, CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH);
	return yes();
}

struct rules_answer rules_check_target(enum rules_target target)
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
