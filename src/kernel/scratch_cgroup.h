/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A temporary cgroup without processes: programs attached to it do not run, but the order in which
 * they would run can be queried.
 */
#ifndef CGSWAP_KERNEL_SCRATCH_CGROUP_H
#define CGSWAP_KERNEL_SCRATCH_CGROUP_H

#include <sys/types.h>

#include "kernel/kernel.h"

struct scratch_cgroup {
	struct kernel *kernel;
	int parent_fd; /* the caller's */
	int fd;
	pid_t made_by; /* the process, which alone removes it */
	char name[32];
};

int scratch_cgroup_make(struct scratch_cgroup *out, struct kernel *kernel, int parent_fd);
void scratch_cgroup_remove(struct scratch_cgroup *scratch);

/* True for the name of a scratch cgroup. */
bool scratch_cgroup_is_name(const char *name);

/* Attaches in multi mode; flags are added to KERNEL_MULTI. */
int scratch_cgroup_attach(const struct scratch_cgroup *scratch, int program_fd, uint32_t type,
			  uint32_t flags);

/* Reads the ids of the programs that would run there, in order. *count: capacity, then number. */
int scratch_cgroup_order(const struct scratch_cgroup *scratch, uint32_t type, uint32_t *ids,
			 size_t *count);

#endif
