/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/errno_error.h"

#include <errno.h>
#include <stdarg.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "kernel/policy.h"

/* Appends what is missing. */
static void add_missing_capability(struct error_text *text, enum cgswap_cause cause)
{
	switch (cause) {
	case CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN:
		error_text_add(text, ": this process lacks %s{capability}", "CAP_NET_ADMIN");
		return;
	case CGSWAP_CAUSE_MISSING_CAP_SYS_ADMIN:
		error_text_add(text, ": this process lacks %s{capability}", "CAP_SYS_ADMIN");
		return;
	case CGSWAP_CAUSE_MISSING_CAP_BPF:
		error_text_add(text, ": this process lacks %s{capability}",
			       "CAP_BPF or CAP_NET_ADMIN");
		return;
	case CGSWAP_CAUSE_MISSING_CAP_PERFMON:
		error_text_add(text, ": this process lacks %s{capability}", "CAP_PERFMON");
		return;
	case CGSWAP_CAUSE_INSIDE_USER_NAMESPACE:
		error_text_add(text,
			       ": this process has its capabilities only in a user namespace");
		return;
	default:
		return;
	}
}

static enum cgswap_status error_set_privilege(struct kernel *kernel, unsigned needs, int errnum,
					      struct error_text *text)
{
	enum cgswap_cause cause = CGSWAP_CAUSE_NONE;
	/* the probes for capabilities may be denied too */
	const char *command = kernel->ops->denied(kernel, errnum);

	if (!policy_denies(kernel, -errnum))
		cause = capability_missing(kernel, needs);
	if (cause == CGSWAP_CAUSE_NONE || cause == CGSWAP_CAUSE_DENIED_BY_POLICY)
		return error_policy(command ? command : kernel->ops->denied(kernel, 0), errnum,
				    text);
	add_missing_capability(text, cause);
	return error_set_text(cause, errnum, text);
}

enum cgswap_status error_privilege(struct kernel *kernel, unsigned needs, int errnum,
				   const char *wanted, ...)
{
	struct error_text text;
	va_list args;

	va_start(args, wanted);
	error_text_format(&text, wanted, args);
	va_end(args);
	return error_set_privilege(kernel, needs, errnum, &text);
}

static enum cgswap_status error_set_errno(struct kernel *kernel, unsigned needs, int errnum,
					  struct error_text *text)
{
	if (kernel && policy_may_deny(kernel, -errnum))
		return error_set_privilege(kernel, needs, errnum, text);
	switch (errnum) {
	case ENOMEM:
		error_text_add(text, ": the kernel is out of memory");
		return error_set_text(CGSWAP_CAUSE_OUT_OF_MEMORY, errnum, text);
	case EMFILE:
		error_text_add(text, ": this process has reached its limit of open files");
		return error_set_text(CGSWAP_CAUSE_TOO_MANY_FILES, errnum, text);
	case ENFILE:
		error_text_add(text, ": the system has reached its limit of open files");
		error_set_text(CGSWAP_CAUSE_TOO_MANY_FILES, errnum, text);
		error_remedy(
			"close files in other processes, or raise the limit (sysctl fs.file-max)");
		return CGSWAP_E_SYSTEM;
	case ENOSYS:
		error_text_add(text, ": this kernel does not have bpf(2)");
		return error_set_text(CGSWAP_CAUSE_KERNEL_LACKS_CGROUP_BPF, errnum, text);
	default:
		error_text_add(text, ": %s", cgswap_errno_get_name(errnum));
		return error_set_text(CGSWAP_CAUSE_UNEXPLAINED, errnum, text);
	}
}

enum cgswap_status error_from_errno(struct kernel *kernel, unsigned needs, int errnum,
				    const char *wanted, ...)
{
	struct error_text text;
	va_list args;

	va_start(args, wanted);
	error_text_format(&text, wanted, args);
	va_end(args);
	return error_set_errno(kernel, needs, errnum, &text);
}
