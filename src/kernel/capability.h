/* SPDX-License-Identifier: BSD-2-Clause */
/* Which privilege is missing, found out by asking; and what an errno means without a rule behind
 * it. */
#ifndef CGSWAP_KERNEL_CAPABILITY_H
#define CGSWAP_KERNEL_CAPABILITY_H

#include <cgswap.h>

#include "kernel/kernel.h"

/* What a call needs; or'ed. */
enum {
	CAPABILITY_TO_QUERY = 1, /* and to attach */
	CAPABILITY_BY_ID = 2,
	CAPABILITY_TO_LOAD = 4
};

/* The cause that a probe confirms, or CGSWAP_CAUSE_NONE when nothing of it is missing. */
enum cgswap_cause capability_missing(struct kernel *kernel, unsigned needs);

/*
 * Refuses for want of privilege, whatever the errno: for cgroup_skb the kernel says EINVAL where it
 * means this.
 */
enum cgswap_status error_privilege(struct kernel *kernel, unsigned needs, int errnum,
				   const char *wanted, ...) __attribute__((format(printf, 4, 5)));

/*
 * Refuses with what an errno means whoever says it: the privilege that is missing, or a policy, for
 * EPERM and EACCES; no memory, no descriptor left; unexplained for others. The words say what was
 * wanted ("egress of /x cannot be read").
 */
enum cgswap_status error_from_errno(struct kernel *kernel, unsigned needs, int errnum,
				    const char *wanted, ...) __attribute__((format(printf, 4, 5)));

#endif
