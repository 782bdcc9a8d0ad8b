/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the kernel decides, as pure functions over values: in goes what stands there and what is
 * asked for, out comes the errno with its cause, in the order in which the kernel looks.
 *
 * Flags that last (mode, preorder) are kept with the chain and its entries; flags that act once
 * (replace) are used up by the request.
 */
#ifndef RULES_H
#define RULES_H

#include <cgswap.h>

#include "attach_type.h"
#include "kernel.h"

/* What a descriptor argument turned out to be. */
enum rules_kind {
	RULES_NOT_GIVEN,
	RULES_CLOSED,
	RULES_NO_PROGRAM, /* open, but something else */
	RULES_PROGRAM
};

struct rules_program {
	enum rules_kind kind;
	uint32_t id;
	uint32_t type; /* enum bpf_prog_type */
	bool for_other_hook; /* the kernel holds its expected attach type against it */
};

enum rules_target {
	RULES_CGROUP,
	RULES_CGROUP_GONE,
	RULES_CGROUP_CLOSED,
	RULES_CGROUP_V1,
	RULES_NO_CGROUP
};

struct rules_entry {
	uint32_t program;
	bool by_link;
};

struct rules_chain {
	uint32_t mode; /* KERNEL_MULTI, KERNEL_OVERRIDE or 0 */
	size_t count;
	uint64_t revision;
	struct rules_entry entries[KERNEL_CHAIN_MAX];
};

struct rules_ancestor {
	uint32_t mode;
	size_t count;
};

struct rules_world {
	enum rules_target target;
	struct rules_chain own;
	const struct rules_ancestor *ancestors; /* from the parent up */
	size_t ancestor_count;
	bool has_preorder, has_revision; /* features */
	bool net_admin;
};

struct rules_request {
	const struct attach_type *type;
	uint32_t flags;
	struct rules_program program; /* to be attached, or detached */
	struct rules_program replaced;
	uint64_t revision; /* 0: any */
};

struct rules_answer {
	int errnum; /* 0: it would be done */
	enum cgswap_cause cause;
	size_t culprit; /* ancestor_exclusive: which one, 0 is the parent */
};

struct rules_answer rules_attach(const struct rules_world *world, const struct rules_request *request);
struct rules_answer rules_detach(const struct rules_world *world, const struct rules_request *request);

#endif
