/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors for an errno that no rule explains. */
#ifndef CGSWAP_KERNEL_ERRNO_ERROR_H
#define CGSWAP_KERNEL_ERRNO_ERROR_H

#include <cgswap.h>

#include "kernel/capability.h"
#include "kernel/kernel.h"

/*
 * Refuses for want of privilege, also for another errno: for cgroup_skb the kernel
 * answers EINVAL where CAP_NET_ADMIN is missing. needs are CAPABILITY_* flags.
 */
enum cgswap_status error_privilege(struct kernel *kernel, unsigned needs, int errnum,
				   const char *wanted, ...) __attribute__((format(printf, 4, 5)));

/*
 * Refuses with the meaning that an errno has for every call: the privilege that is missing, or a
 * policy, for EPERM and EACCES; no memory, no descriptor left; unexplained for others. The words
 * say what was wanted ("egress of /x cannot be read").
 */
enum cgswap_status error_from_errno(struct kernel *kernel, unsigned needs, int errnum,
				    const char *wanted, ...) __attribute__((format(printf, 4, 5)));

#endif
