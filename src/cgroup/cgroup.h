/* SPDX-License-Identifier: BSD-2-Clause */
/* An open cgroup: its id, its path and its ancestors. */
#ifndef CGSWAP_CGROUP_CGROUP_H
#define CGSWAP_CGROUP_CGROUP_H

#include <stdatomic.h>

#include "session/session.h"

/* Shared by a chain and the steps that were made from it; its descriptor closes with the last. */
struct cgroup {
	atomic_uint refs;
	struct cgswap_session *session;
	struct kernel *kernel;
	int fd;
	uint64_t id;
	char *path; /* absolute, as the kernel shows it */
};

/* Opens a cgroup. name: a path, absolute or relative to the cgroup2 mount, or fd:N. */
enum cgswap_status cgroup_open(struct cgroup **out, struct cgswap_session *session,
			       const char *name);
struct cgroup *cgroup_ref(struct cgroup *cgroup);
void cgroup_unref(struct cgroup *cgroup);

/*
 * Calls fn for each ancestor from the parent up, until fn returns nonzero, and returns that. fd is
 * closed after each call. Returns a negative errno if an ancestor could not be opened.
 */
typedef int (*cgroup_ancestor_fn)(struct kernel *kernel, int fd, void *user);
int cgroup_climb(const struct cgroup *cgroup, cgroup_ancestor_fn fn, void *user);

#endif
