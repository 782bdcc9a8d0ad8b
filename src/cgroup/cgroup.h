/* SPDX-License-Identifier: BSD-2-Clause */
/* An open cgroup: its id, its path and its ancestors. */
#ifndef CGSWAP_CGROUP_CGROUP_H
#define CGSWAP_CGROUP_CGROUP_H

#include <stdatomic.h>

#include "session/session.h"

/* Shared by a chain and the steps that were made from it. */
struct cgroup {
	atomic_uint refs;
	struct cgswap_session *session;
	struct kernel *kernel;
	struct pooled_fd open;
	uint64_t id;
	char *path;   /* absolute, as the kernel shows it */
	bool by_path; /* it was opened by a path */
};

/* Opens a cgroup. name: a path, absolute or relative to the cgroup2 mount, or fd:N. */
enum cgswap_status cgroup_open(struct cgroup **out, struct cgswap_session *session,
			       const char *name);
/*
 * The cgroup that was opened last, if it was opened by this path and is still open; else NULL. The
 * chains of one cgroup then share it. It may have been removed, and another one made at its path: if
 * a call on it fails, open the path itself.
 */
struct cgroup *cgroup_ref_recent(struct cgswap_session *session, const char *name);
struct cgroup *cgroup_ref(struct cgroup *cgroup);
void cgroup_unref(struct cgroup *cgroup);

/*
 * Its descriptor is open from cgroup_hold() to cgroup_release(). It is opened again if it was
 * closed meanwhile; a cgroup that was removed fails then with cgroup_gone, also if there is another
 * one at its path.
 */
enum cgswap_status cgroup_hold(struct cgroup *cgroup);
void cgroup_release(struct cgroup *cgroup);

static inline int cgroup_fd(const struct cgroup *cgroup)
{
	return atomic_load_explicit(&cgroup->open.fd, memory_order_relaxed);
}

/* The error for a cgroup that could not be opened again. */
enum cgswap_status cgroup_error_reopen(const struct cgroup *cgroup, int errnum);

/*
 * Calls fn with the path of each cgroup that is visible, in a call of another handle. Fails with
 * cancelled where fn returns nonzero. If it cannot list all cgroups, it visits the others, and fails
 * then.
 */
enum cgswap_status cgroup_walk(struct cgswap_session *session, cgswap_cgroup_fn fn, void *user);

/* The same for a cgroup and those below it. */
enum cgswap_status cgroup_walk_below(struct cgswap_session *session, const char *cgroup,
				     cgswap_cgroup_fn fn, void *user);

/*
 * Opens each visible cgroup once, parents first, and passes it on. visit ends the walk by a number
 * above 0; what cannot be opened or listed, and an errno that visit returns, goes to miss, unless it
 * is a lack of memory or descriptors.
 */
struct cgroup_visitor {
	int (*visit)(int fd, const char *path, void *user);
	void (*miss)(const char *path, int errnum, void *user);
	void *user;
};
enum cgswap_status cgroup_visit(struct cgswap_session *session,
				const struct cgroup_visitor *visitor);

/*
 * Calls fn for each ancestor from the parent up, until fn returns nonzero, and returns that. fd is
 * closed after each call. Returns a negative errno if an ancestor could not be opened.
 */
typedef int (*cgroup_ancestor_fn)(struct kernel *kernel, int fd, void *user);
int cgroup_climb(const struct cgroup *cgroup, cgroup_ancestor_fn fn, void *user);

#endif
