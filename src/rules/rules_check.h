/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks that the rules of several calls share. Only src/rules includes this. */
#ifndef CGSWAP_RULES_RULES_CHECK_H
#define CGSWAP_RULES_RULES_CHECK_H

#include "rules/rules.h"

enum {
	MODES = KERNEL_MULTI | KERNEL_OVERRIDE,
	POSITIONS = KERNEL_BEFORE | KERNEL_AFTER,
	ORDERING = POSITIONS | KERNEL_ID | KERNEL_LINK
};

static inline struct rules_answer yes(void)
{
	return (struct rules_answer){ 0, CGSWAP_CAUSE_NONE };
}

static inline struct rules_answer no(int errnum, enum cgswap_cause cause)
{
	return (struct rules_answer){ errnum, cause };
}

static inline bool has(const struct rules_kernel *kernel, enum cgswap_feature feature)
{
	return kernel->features & (1U << feature);
}

/* The answer for an attach type that no kernel has, or that this one lacks. */
struct rules_answer rules_error_type(uint32_t type);

/* Checks for unknown flags; a flag unknown to every kernel is a bad argument. */
struct rules_answer rules_check_flags(uint32_t flags, uint32_t known);

/* Check the program of a request: its kind, its type, and the attach type it was loaded for. */
struct rules_answer rules_check_program(const struct rules_program *program);
struct rules_answer rules_check_type(const struct rules_program *program, uint32_t type);
struct rules_answer rules_check_attach_type(const struct rules_program *program, uint32_t type);

struct rules_answer rules_check_target(enum rules_target target);

/* The part of PROG_ATTACH and LINK_CREATE that the kernel does under its lock. */
struct rules_answer rules_attach_locked(const struct rules_input *input,
					const struct rules_request *request, uint32_t mode,
					struct rules_chain *after);

#endif
