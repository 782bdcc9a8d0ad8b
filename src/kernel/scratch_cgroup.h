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

struct trial {
	struct kernel *kernel;
	int parent_fd; /* the caller's */
	int fd;
	char name[32];
};

int trial_make(struct trial *out, struct kernel *kernel, int parent_fd);
void trial_remove(struct trial *trial);

/* A program for this hook that passes everything. */
int trial_program(struct kernel *kernel, const struct attach_type *type);

/* The ids of the programs that run there, in order; *count is the room, then how many there are. */
int trial_order(const struct trial *trial, uint32_t type, uint32_t *ids, size_t *count);

/* What runs in a scratch cgroup below a cgroup, in its order. */
enum { TRIAL_LOOK_ROOM = 4 * KERNEL_CHAIN_MAX };
struct trial_look {
	uint32_t ids[TRIAL_LOOK_ROOM];
	size_t count,
		before; /* so many of them, preorder all, run before what the scratch cgroup has */
};

int trial_look_below(struct trial_look *out, struct kernel *kernel, int cgroup_fd,
		     const struct attach_type *type);

/* Whether a program was seen to be preorder; DEFAULT for one that runs twice, or not there. */
enum cgswap_preorder trial_tells(const struct trial_look *look, uint32_t id);

/*
 * Whether LINK_UPDATE finds its way among preorder entries, seen in a scratch cgroup: 1 or 0, or a
 * negative errno where it cannot be tried.
 */
int trial_of_link_update(struct kernel *kernel, int parent_fd);

#endif
