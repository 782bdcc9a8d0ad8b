/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors for an errno that no rule explains. */
#ifndef CGSWAP_KERNEL_ERRNO_ERROR_H
#define CGSWAP_KERNEL_ERRNO_ERROR_H

#include <cgswap.h>

#include "kernel/capability.h"
#include "kernel/kernel.h"

/*
 * Sets the error for a missing privilege. errnum may differ from EPERM: for cgroup_skb the kernel
 * returns EINVAL if CAP_NET_ADMIN is missing. needs: CAPABILITY_* flags.
 */
enum cgswap_status error_privilege(struct kernel *kernel, unsigned needs, int errnum,
				   const char *wanted, ...) __attribute__((format(printf, 4, 5)));

/*
 * Sets the error for the general meaning of an errno: a missing privilege or a policy for EPERM and
 * EACCES; out of memory or descriptors; unexplained for others. The format begins the message
 * ("egress of '/x' cannot be read").
 */
enum cgswap_status error_from_errno(struct kernel *kernel, unsigned needs, int errnum,
				    const char *wanted, ...) __attribute__((format(printf, 4, 5)));

#endif
