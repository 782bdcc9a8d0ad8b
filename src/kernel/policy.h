/* SPDX-License-Identifier: BSD-2-Clause */
/* Policies that deny calls: security modules and seccomp filters. */
#ifndef CGSWAP_KERNEL_POLICY_H
#define CGSWAP_KERNEL_POLICY_H

#include <cgswap.h>

#include "base/error_text.h"
#include "kernel/kernel.h"

/*
 * True if a policy, and not a rule of the kernel, gives this result of a command of bpf(2) other
 * than a load or a pin: EACCES; or ENOSYS, if the process has a seccomp filter.
 */
bool policy_denies(struct kernel *kernel, int err);

/* True if a policy or a missing capability may give this result: EPERM too. */
bool policy_may_deny(struct kernel *kernel, int err);

/* Sets the error of a denied command of bpf(2), after what the text says could not be done. */
enum cgswap_status error_policy(const char *command, int errnum, struct error_text *text);

#endif
