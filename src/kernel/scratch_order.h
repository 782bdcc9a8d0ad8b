/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The programs that would run in a scratch cgroup below a cgroup, in the order in which they would:
 * preorder programs of the ancestors come before the probe that is attached there, all others
 * after.
 */
#ifndef CGSWAP_KERNEL_SCRATCH_ORDER_H
#define CGSWAP_KERNEL_SCRATCH_ORDER_H

#include <cgswap.h>

#include "kernel/attach_type.h"
#include "kernel/kernel.h"

enum { SCRATCH_ORDER_CAPACITY = 4 * KERNEL_CHAIN_MAX };

struct scratch_order {
	uint32_t ids[SCRATCH_ORDER_CAPACITY];
	size_t count;
	size_t before; /* how many run before the probe; all of these are preorder */
};

int scratch_order_read(struct scratch_order *out, struct kernel *kernel, int cgroup_fd,
		       const struct attach_type *type);

/* The preorder flag of a program; DEFAULT for a program that runs twice, or not there. */
enum cgswap_preorder scratch_order_preorder(const struct scratch_order *order, uint32_t id);

#endif
