/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the order in which programs would run in a scratch cgroup below a cgroup: preorder programs
 * of the ancestors come before the probe that is attached there, all others after it. While the
 * scratch cgroup is there, the owner of the cgroup cannot remove it.
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
	size_t before; /* programs before the probe, all of them preorder */
};

int scratch_order_read(struct scratch_order *out, struct kernel *kernel, int cgroup_fd,
		       const struct attach_type *type, int probe_fd, uint32_t probe_id);

/* Returns the preorder flag of a program; DEFAULT if it runs twice or not at all. */
enum cgswap_preorder scratch_order_preorder(const struct scratch_order *order, uint32_t id);

#endif
