/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/capability.h"

#include <errno.h>
#include <linux/bpf.h>

#include "kernel/policy.h"

bool capability_may_query(struct kernel *kernel)
{
	struct kernel_query request = { .target_fd = -1, .type = BPF_CGROUP_INET_EGRESS };
	int err = kernel->ops->query(kernel, &request);

	return !policy_may_deny(kernel, err);
}

static bool capability_may_open_by_id(struct kernel *kernel)
{
	int fd = kernel->ops->program_by_id(kernel, 0);

	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	return !policy_may_deny(kernel, fd);
}

/* If the process may load, the kernel rejects a load without instructions with E2BIG. */
static bool capability_may_load(struct kernel *kernel)
{
	static const char no_instruction[8];
	struct kernel_load request = {
		.type = BPF_PROG_TYPE_CGROUP_SKB,
		.name = "",
		.instructions = no_instruction,
		.instruction_count = 0,
	};
	int fd = kernel->ops->load(kernel, &request);

	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	return !policy_may_deny(kernel, fd);
}

/*
 * A program that returns a pointer: without the privilege the verifier rejects it with EACCES. It
 * is never attached.
 */
static bool capability_may_leak(struct kernel *kernel)
{
	static const struct bpf_insn leaks[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_0, .src_reg = BPF_REG_1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct kernel_load request = {
		.type = BPF_PROG_TYPE_SOCKET_FILTER,
		.name = "cgswap_probe",
		.instructions = leaks,
		.instruction_count = sizeof(leaks) / sizeof(leaks[0]),
	};
	int fd = kernel->ops->load(kernel, &request);

	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	return fd != -EACCES && fd != -EPERM;
}

/* The call failed for lack of privilege; finds the reason in the process's capabilities. */
static enum cgswap_cause capability_cause(struct kernel *kernel, enum kernel_capability capability,
					  enum cgswap_cause missing)
{
	switch (kernel->ops->capability(kernel, capability)) {
	case KERNEL_CAP_IN_NAMESPACE:
		return CGSWAP_CAUSE_INSIDE_USER_NAMESPACE;
	case KERNEL_CAP_HELD:
		return CGSWAP_CAUSE_DENIED_BY_POLICY;
	default:
		return missing;
	}
}

enum cgswap_cause capability_missing(struct kernel *kernel, unsigned needs)
{
	if ((needs & CAPABILITY_TO_QUERY) && !capability_may_query(kernel))
		return capability_cause(kernel, KERNEL_CAP_NET_ADMIN,
					CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN);
	if ((needs & CAPABILITY_BY_ID) && !capability_may_open_by_id(kernel))
		return capability_cause(kernel, KERNEL_CAP_SYS_ADMIN,
					CGSWAP_CAUSE_MISSING_CAP_SYS_ADMIN);
	if ((needs & CAPABILITY_TO_LOAD) && !capability_may_load(kernel))
		return capability_cause(kernel, KERNEL_CAP_BPF, CGSWAP_CAUSE_MISSING_CAP_BPF);
	if ((needs & CAPABILITY_FOR_POINTERS) && !capability_may_leak(kernel))
		return capability_cause(kernel, KERNEL_CAP_PERFMON,
					CGSWAP_CAUSE_MISSING_CAP_PERFMON);
	return CGSWAP_CAUSE_NONE;
}

bool capability_is_not_missing(struct kernel *kernel, unsigned needs, int err)
{
	enum cgswap_cause cause;

	if (err != -EPERM)
		return policy_denies(kernel, err);
	cause = capability_missing(kernel, needs);
	return cause == CGSWAP_CAUSE_NONE || cause == CGSWAP_CAUSE_DENIED_BY_POLICY;
}
