/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the missing capability with calls that cannot change anything. */
#ifndef CGSWAP_KERNEL_CAPABILITY_H
#define CGSWAP_KERNEL_CAPABILITY_H

#include <stdbool.h>

#include <cgswap.h>

#include "kernel/kernel.h"

/* True if the kernel lets this process query and attach. */
bool capability_may_query(struct kernel *kernel);

/* Capabilities that a call needs; or'ed. */
enum {
	CAPABILITY_TO_QUERY = 1, /* and to attach */
	CAPABILITY_BY_ID = 2,
	CAPABILITY_TO_LOAD = 4,
	CAPABILITY_FOR_POINTERS =
		8 /* for what the verifier calls a leak of pointers, and tracing */
};

/* Returns the cause that a probe confirms, or CGSWAP_CAUSE_NONE if nothing is missing. */
enum cgswap_cause capability_missing(struct kernel *kernel, unsigned needs);

/* True if a call failed with this errno because a policy denies it, and not for a missing
 * capability. */
bool capability_is_not_missing(struct kernel *kernel, unsigned needs, int err);

#endif
