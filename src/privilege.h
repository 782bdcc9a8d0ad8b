/* SPDX-License-Identifier: BSD-2-Clause */
/* An EPERM becomes the privilege that is missing; or, with nothing missing, a policy. */
#ifndef PRIVILEGE_H
#define PRIVILEGE_H

#include <cgswap.h>

#include "kernel.h"

/* What a call needs; or'ed. */
enum {
	PRIVILEGE_TO_QUERY = 1, /* and to attach */
	PRIVILEGE_BY_ID = 2,
	PRIVILEGE_TO_LOAD = 4
};

/* The cause that a probe confirms, or CGSWAP_CAUSE_NONE when nothing of it is missing. */
enum cgswap_cause privilege_missing(struct kernel *kernel, unsigned needs);

/*
 * Refuses: what was wanted ("egress of /x cannot be read") and which privilege is missing for it,
 * denied_by_policy when none is.
 */
enum cgswap_status privilege_refuse(struct kernel *kernel, unsigned needs, int errnum,
				    const char *operation, const char *wanted, ...)
	__attribute__((format(printf, 5, 6)));

#endif
