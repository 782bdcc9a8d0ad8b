/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/errno_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "kernel/capability.h"

static const char *missing_capability_text(enum cgswap_cause cause)
{
	switch (cause) {
	case CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN:
		return "this process lacks CAP_NET_ADMIN";
	case CGSWAP_CAUSE_MISSING_CAP_SYS_ADMIN:
		return "this process lacks CAP_SYS_ADMIN";
	case CGSWAP_CAUSE_MISSING_CAP_BPF:
		return "this process lacks CAP_BPF or CAP_NET_ADMIN";
	case CGSWAP_CAUSE_INSIDE_USER_NAMESPACE:
		return "this process has its capabilities only in a user namespace";
	default:
		return "no capability is missing, so a security policy denies it";
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
	return error_set(cause, errnum, "%s: %s", what, missing_capability_text(cause));
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
		return error_set(CGSWAP_CAUSE_TOO_MANY_FILES, errnum,
				 "%s: this process has reached its limit of open files", what);
	case ENFILE:
		error_set(CGSWAP_CAUSE_TOO_MANY_FILES, errnum,
			  "%s: the system has reached its limit of open files", what);
		error_remedy(
			"close files in other processes, or raise the limit (sysctl fs.file-max)");
		return CGSWAP_E_SYSTEM;
	case ENOSYS:
		return error_set(CGSWAP_CAUSE_KERNEL_LACKS_CGROUP_BPF, errnum,
				 "%s: this kernel does not have bpf(2)", what);
	default:
		return error_set(CGSWAP_CAUSE_UNEXPLAINED, errnum, "%s: %s", what,
				 cgswap_errno_get_name(errnum));
	}
}
