/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An empty cgroup of our own, for a moment: what is attached there runs for nobody, and the order in
 * which it would run shows what no query tells.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "attach_type.h"
#include "kernel.h"

struct trial {
	struct kernel *kernel;
	int parent_fd; /* the caller's */
	int fd;
	char name[64];
};

int trial_make(struct trial *out, struct kernel *kernel, int parent_fd);
void trial_remove(struct trial *trial);

/* A program for this hook that passes everything. */
int trial_program(struct kernel *kernel, const struct attach_type *type);

/* The ids of the programs that run there, in order; *count is the room, then how many there are. */
int trial_order(const struct trial *trial, uint32_t type, uint32_t *ids, size_t *count);

/*
 * How many preorder entries the cgroup above has, it and its ancestors: those that run before what
 * is attached in the scratch cgroup. *first is set to them in their order.
 */
int trial_count_preorder(uint32_t *first, size_t *count, struct kernel *kernel, int cgroup_fd,
			   const struct attach_type *type);

/*
 * Whether LINK_UPDATE finds its way among preorder entries, seen in a scratch cgroup: 1 or 0, or a
 * negative errno where it cannot be tried.
 */
int trial_of_link_update(struct kernel *kernel, int parent_fd);

#endif
