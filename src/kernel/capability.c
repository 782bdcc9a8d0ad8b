/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/capability.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "kernel/feature.h"

/* A load without instructions is refused with E2BIG where it would be allowed. */
static bool capability_may_load(struct kernel *kernel)
{
	enum { CGROUP_SKB = 8 };
	static const char no_instruction[8];
	struct kernel_load request = {
		.type = CGROUP_SKB,
		.name = "",
		.instructions = no_instruction,
		.instruction_count = 0,
	};
	int fd = kernel->ops->load(kernel, &request);

	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	return fd != -EPERM;
}

/* The probe said no. Who holds the capability all the same holds it in a user namespace only. */
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
	if ((needs & CAPABILITY_TO_QUERY) && !feature_may_query(kernel))
		return capability_cause(kernel, KERNEL_CAP_NET_ADMIN,
					CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN);
	if ((needs & CAPABILITY_BY_ID) && !feature_may_open_by_id(kernel))
		return capability_cause(kernel, KERNEL_CAP_SYS_ADMIN,
					CGSWAP_CAUSE_MISSING_CAP_SYS_ADMIN);
	if ((needs & CAPABILITY_TO_LOAD) && !capability_may_load(kernel))
		return capability_cause(kernel, KERNEL_CAP_BPF, CGSWAP_CAUSE_MISSING_CAP_BPF);
	return CGSWAP_CAUSE_NONE;
}

static const char *capability_text(enum cgswap_cause cause)
{
	switch (cause) {
	case CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN:
		return "this process lacks CAP_NET_ADMIN";
	case CGSWAP_CAUSE_MISSING_CAP_SYS_ADMIN:
		return "this process lacks CAP_SYS_ADMIN";
	case CGSWAP_CAUSE_MISSING_CAP_BPF:
		return "this process lacks CAP_BPF or CAP_NET_ADMIN";
	case CGSWAP_CAUSE_INSIDE_USER_NAMESPACE:
		return "this process holds its capabilities in a user namespace only";
	default:
		return "no capability is missing, so a policy forbids it";
	}
}

enum cgswap_status error_privilege(struct kernel *kernel, unsigned needs, int errnum,
				   const char *wanted, ...)
{
	enum cgswap_cause cause = capability_missing(kernel, needs);
	char what[512];
	va_list args;

	if (cause == CGSWAP_CAUSE_NONE)
		cause = CGSWAP_CAUSE_DENIED_BY_POLICY;
	va_start(args, wanted);
	vsnprintf(what, sizeof(what), wanted, args);
	va_end(args);
	return error_set(cause, errnum, "%s: %s", what, capability_text(cause));
}

enum cgswap_status error_from_errno(struct kernel *kernel, unsigned needs, int errnum,
				    const char *wanted, ...)
{
	char what[512];
	va_list args;

	va_start(args, wanted);
	vsnprintf(what, sizeof(what), wanted, args);
	va_end(args);
	switch (errnum) {
	case EPERM:
	case EACCES:
		return error_privilege(kernel, needs, errnum, "%s", what);
	case ENOMEM:
		return error_set(CGSWAP_CAUSE_OUT_OF_MEMORY, errnum,
				 "%s: the kernel is out of memory", what);
	case EMFILE:
	case ENFILE:
		return error_set(CGSWAP_CAUSE_TOO_MANY_FILES, errnum, "%s: no descriptor is left",
				 what);
	case ENOSYS:
		return error_set(CGSWAP_CAUSE_KERNEL_LACKS_CGROUP_BPF, errnum,
				 "%s: this kernel has no bpf(2)", what);
	default:
		return error_set(CGSWAP_CAUSE_UNEXPLAINED, errnum, "%s: %s", what,
				 cgswap_errno_get_name(errnum));
	}
}
