/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An empty cgroup of our own, for a moment: what is attached there runs for nobody, and the order
 * in which it would run shows what no query tells.
 */
#ifndef CGSWAP_KERNEL_SCRATCH_CGROUP_H
#define CGSWAP_KERNEL_SCRATCH_CGROUP_H

#include <cgswap.h>

#include "kernel/attach_type.h"
#include "kernel/kernel.h"

struct scratch_cgroup {
	struct kernel *kernel;
	int parent_fd; /* the caller's */
	int fd;
	char name[32];
};

int scratch_cgroup_make(struct scratch_cgroup *out, struct kernel *kernel, int parent_fd);
void scratch_cgroup_remove(struct scratch_cgroup *scratch);

/* A program for this hook that passes everything. */
int probe_program_load(struct kernel *kernel, const struct attach_type *type);

/* The ids of the programs that run there, in order; *count is the room, then how many there are. */
int scratch_cgroup_order(const struct scratch_cgroup *scratch, uint32_t type, uint32_t *ids,
			 size_t *count);

/* What runs in a scratch cgroup below a cgroup, in its order. */
enum { SCRATCH_ORDER_CAPACITY = 4 * KERNEL_CHAIN_MAX };
struct scratch_order {
	uint32_t ids[SCRATCH_ORDER_CAPACITY];
	size_t count,
		before; /* so many of them, preorder all, run before what the scratch cgroup has */
};

int scratch_order_read(struct scratch_order *out, struct kernel *kernel, int cgroup_fd,
		       const struct attach_type *type);

/* Whether a program was seen to be preorder; DEFAULT for one that runs twice, or not there. */
enum cgswap_preorder scratch_order_preorder(const struct scratch_order *look, uint32_t id);

/*
 * Whether LINK_UPDATE finds its way among preorder entries, seen in a scratch cgroup: 1 or 0, or a
 * negative errno where it cannot be tried.
 */
int scratch_probe_link_update(struct kernel *kernel, int parent_fd);

#endif
