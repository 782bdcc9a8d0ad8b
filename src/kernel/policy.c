/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/policy.h"

#include <errno.h>

#include "base/error.h"

bool policy_denies(struct kernel *kernel, int err)
{
	return err == -EACCES || (err == -ENOSYS && kernel->ops->is_filtered(kernel));
}

bool policy_may_deny(struct kernel *kernel, int err)
{
	return err == -EPERM || policy_denies(kernel, err);
}

enum cgswap_status error_policy(const char *command, int errnum, struct error_text *text)
{
	const char *name = cgswap_errno_get_name(errnum);

	if (errnum != EPERM && command)
		error_text_add(text, ": a security policy denies %s{command} (%s)", command, name);
	else if (command)
		error_text_add(text,
			       ": no capability is missing, so a security policy denies "
			       "%s{command} (%s)",
			       command, name);
	else
		error_text_add(text,
			       ": no capability is missing, so a security policy denies it (%s)",
			       name);
	return error_set_text(CGSWAP_CAUSE_DENIED_BY_POLICY, errnum, text);
}
