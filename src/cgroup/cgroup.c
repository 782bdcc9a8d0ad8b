/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup/cgroup.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "kernel/cgroup_path.h"
#include "kernel/errno_error.h"

static enum cgswap_status check_cgroup_kind(struct cgswap_session *session, int fd,
					    const char *name)
{
	const char *root = session->cgroup_root;

	switch (session->kernel->ops->kind(session->kernel, fd)) {
	case KERNEL_IS_CGROUP:
		return CGSWAP_OK;
	case KERNEL_IS_CLOSED:
		return error_set(CGSWAP_CAUSE_BAD_DESCRIPTOR, EBADF,
				 "'%s'{cgroup}, given as the cgroup, is not an open descriptor",
				 name);
	case KERNEL_IS_CGROUP_V1:
		if (!*root)
			return error_set(CGSWAP_CAUSE_CGROUP_V1, EBADF,
					 "'%s'{cgroup} is in a cgroup v1 hierarchy (no cgroup2 is "
					 "mounted)",
					 name);
		return error_set(CGSWAP_CAUSE_CGROUP_V1, EBADF,
				 "'%s'{cgroup} is in a cgroup v1 hierarchy (cgroup2 is mounted at "
				 "'%s'{path})",
				 name, root);
	case KERNEL_IS_DIRECTORY:
		return error_set(CGSWAP_CAUSE_NOT_A_CGROUP, EBADF,
				 "'%s'{cgroup} is an ordinary directory, not a cgroup", name);
	case KERNEL_IS_PROGRAM:
		return error_set(CGSWAP_CAUSE_NOT_A_CGROUP, EBADF,
				 "'%s'{cgroup} is a BPF program, not a cgroup", name);
	case KERNEL_IS_MAP:
		return error_set(CGSWAP_CAUSE_NOT_A_CGROUP, EBADF,
				 "'%s'{cgroup} is a BPF map, not a cgroup", name);
	case KERNEL_IS_LINK:
		return error_set(CGSWAP_CAUSE_NOT_A_CGROUP, EBADF,
				 "'%s'{cgroup} is a BPF link, not a cgroup", name);
	default:
		return error_set(CGSWAP_CAUSE_NOT_A_CGROUP, EBADF,
				 "'%s'{cgroup} is a file, not a cgroup", name);
	}
}

/* The path may be one of /proc/PID/cgroup, which begins at the root of the hierarchy. */
static enum cgswap_status error_cgroup_missing(struct cgswap_session *session, const char *path,
					       int errnum)
{
	enum cgswap_status status = error_cgroup_path(session->kernel, "", path, errnum);
	const char *root = session->cgroup_root;
	char below[PATH_MAX];
	int fd;

	if (errnum != ENOENT || !*root || *path != '/' ||
	    (size_t)snprintf(below, sizeof(below), "%s%s", root, path) >= sizeof(below))
		return status;
	fd = session->kernel->ops->cgroup_open(session->kernel, below);
	if (fd < 0)
		return status;
	session->kernel->ops->close(session->kernel, fd);
	error_remedy("did you mean '%s'?", below);
	return status;
}

/*
 * Opens the path, or duplicates the descriptor, that name gives; path is the absolute path, or
 * name. Its size suffices for both, unless name is longer than any path.
 */
static enum cgswap_status cgroup_open_fd(int *out, char *path, size_t size,
					 struct cgswap_session *session, const char *name)
{
	struct kernel *kernel = session->kernel;
	enum cgswap_status status;
	int fd;

	*out = -1;
	snprintf(path, size, "%s", name);
	if (strncmp(name, "fd:", 3) == 0) {
		if (!number_parse_fd(name + 3, &fd))
			return error_bad_argument(
				"'%.64s'{cgroup} is not a descriptor; expected fd:N", name);
		status = check_cgroup_kind(session, fd, name);
		if (status)
			return status;
		fd = kernel->ops->dup(kernel, fd);
		if (fd < 0)
			return error_cgroup_path(kernel, "", name, -fd);
		*out = fd;
		return CGSWAP_OK;
	}
	status = cgroup_path_complete(path, size, session->cgroup_root, "", name);
	if (status)
		return status;
	fd = kernel->ops->cgroup_open(kernel, path);
	if (fd < 0)
		return error_cgroup_missing(session, path, -fd);
	status = check_cgroup_kind(session, fd, path);
	if (status) {
		kernel->ops->close(kernel, fd);
		return status;
	}
	*out = fd;
	return CGSWAP_OK;
}

/* ---- opening it again ------------------------------------------------------------------------ */

static struct cgroup *cgroup_of_pooled(const struct pooled_fd *pooled)
{
	return (struct cgroup *)((char *)pooled - offsetof(struct cgroup, open));
}

/* The path may lead to another cgroup by now, or to something else. */
static int cgroup_reopen_path(const struct cgroup *cgroup)
{
	struct kernel *kernel = cgroup->kernel;
	int err, fd = kernel->ops->cgroup_open(kernel, cgroup->path);
	uint64_t id;

	if (fd < 0)
		return fd;
	err = kernel->ops->kind(kernel, fd) == KERNEL_IS_CGROUP ? 0 : -ENOENT;
	if (!err)
		err = kernel->ops->cgroup_id(kernel, fd, &id);
	if (!err && id == cgroup->id)
		return fd;
	kernel->ops->close(kernel, fd);
	return err ? err : -ENOENT;
}

/* The path is also the second opinion on a cgroup that cannot be opened by its id. */
static int cgroup_reopen(const struct pooled_fd *pooled)
{
	const struct cgroup *cgroup = cgroup_of_pooled(pooled);
	int fd = -EPERM, by_path;

	if (cgroup->session->cgroup_mount >= 0)
		fd = cgroup->kernel->ops->cgroup_by_id(cgroup->kernel,
						       cgroup->session->cgroup_mount, cgroup->id);
	if (fd >= 0 || error_is_exhaustion(fd))
		return fd;
	by_path = cgroup_reopen_path(cgroup);
	return by_path < 0 && fd == -ESTALE ? -ENOENT : by_path;
}

/* Finds out if cgroups can be opened by their ids, with one that is open. */
static void cgroup_try_mount(const struct cgroup *cgroup)
{
	struct cgswap_session *session = cgroup->session;
	const struct kernel_ops *ops = cgroup->kernel->ops;
	int fd, mount = -ENOENT;
	uint64_t id = 0;

	if (*session->cgroup_root)
		mount = ops->cgroup_open_mount(cgroup->kernel, session->cgroup_root);
	fd = mount < 0 ? mount : ops->cgroup_by_id(cgroup->kernel, mount, cgroup->id);
	if (fd >= 0 && ops->cgroup_id(cgroup->kernel, fd, &id))
		id = 0;
	if (fd >= 0)
		ops->close(cgroup->kernel, fd);
	/* one that was removed shows nothing, nor does a lack of descriptors */
	session->cgroup_mount_tried = fd != -ESTALE && !error_is_exhaustion(fd);
	if (id == cgroup->id)
		session->cgroup_mount = mount;
	else if (mount >= 0)
		ops->close(cgroup->kernel, mount);
}

static bool cgroup_may_close(const struct pooled_fd *pooled)
{
	const struct cgroup *cgroup = cgroup_of_pooled(pooled);

	if (!cgroup->id)
		return false;
	if (!cgroup->session->cgroup_mount_tried)
		cgroup_try_mount(cgroup);
	return cgroup->by_path || cgroup->session->cgroup_mount >= 0;
}

static const struct pooled_kind cgroup_pooled_kind = { cgroup_reopen, cgroup_may_close };

enum cgswap_status cgroup_error_reopen(const struct cgroup *cgroup, int errnum)
{
	if (errnum == ENOENT || errnum == ENOTDIR)
		return error_set(CGSWAP_CAUSE_CGROUP_GONE, ENOENT,
				 "cgroup '%s'{cgroup} was removed", cgroup->path);
	if (errnum == EACCES)
		return error_cgroup_path(cgroup->kernel, "", cgroup->path, errnum);
	return error_from_errno(cgroup->kernel, 0, errnum,
				"cgroup '%s'{cgroup} cannot be opened again", cgroup->path);
}

enum cgswap_status cgroup_hold(struct cgroup *cgroup)
{
	int err = fd_pool_hold(&cgroup->open);

	return err ? cgroup_error_reopen(cgroup, -err) : CGSWAP_OK;
}

void cgroup_release(struct cgroup *cgroup)
{
	fd_pool_release(&cgroup->open);
}

/* The size of a buffer for the absolute path of a cgroup that is given by this name. */
static size_t cgroup_path_size(const struct cgswap_session *session, const char *name)
{
	size_t size = strlen(session->cgroup_root) + strlen("/") + strlen(name) + 1;

	return size < CGROUP_PATH_MAX ? size : CGROUP_PATH_MAX;
}

/* Returns the path by which the kernel knows an open cgroup, or else the given one. */
static char *cgroup_read_path(struct kernel *kernel, int fd, const char *given)
{
	char path[PATH_MAX], *deep;
	int err = kernel->ops->cgroup_path(kernel, fd, path, sizeof(path));

	if (err != -ENAMETOOLONG)
		return strdup(err < 0 ? given : path);
	deep = malloc(CGROUP_PATH_MAX);
	if (!deep)
		return NULL;
	if (kernel->ops->cgroup_path(kernel, fd, deep, CGROUP_PATH_MAX) < 0)
		snprintf(deep, CGROUP_PATH_MAX, "%s", given);
	return deep;
}

/* Opens the cgroup. Without a free descriptor, closes some of the session's and tries again. */
static enum cgswap_status cgroup_open_or_make_room(int *fd, char *given, size_t size,
						   struct cgswap_session *session, const char *name)
{
	enum cgswap_status status = cgroup_open_fd(fd, given, size, session, name);

	while (status && cgswap_error_get_errno(cgswap_last_error()) == EMFILE &&
	       fd_pool_make_room(&session->pool)) {
		error_clear();
		status = cgroup_open_fd(fd, given, size, session, name);
	}
	return status;
}

/* Reads the id and the path of the open cgroup. Some containers forbid to read the id. */
static enum cgswap_status cgroup_identify(struct cgroup *cgroup, int fd, const char *name,
					  const char *given)
{
	struct kernel *kernel = cgroup->kernel;
	int err = kernel->ops->cgroup_id(kernel, fd, &cgroup->id);

	if (err)
		cgroup->id = 0;
	if (error_is_exhaustion(err))
		return error_from_errno(kernel, 0, -err, "the id of '%s'{cgroup} cannot be read",
					name);
	cgroup->path = cgroup_read_path(kernel, fd, given);
	return cgroup->path ? CGSWAP_OK : error_no_memory();
}

enum cgswap_status cgroup_open(struct cgroup **out, struct cgswap_session *session,
			       const char *name)
{
	struct kernel *kernel = session->kernel;
	enum cgswap_status status;
	struct cgroup *cgroup;
	int fd = -1;
	size_t size;
	char *given;

	*out = NULL;
	if (!name || !*name)
		return error_bad_argument("the cgroup is %s; expected a path or fd:N",
					  name ? "empty" : "NULL");
	size = cgroup_path_size(session, name);
	given = malloc(size);
	cgroup = calloc(1, sizeof(*cgroup));
	if (!cgroup || !given) {
		free(given);
		free(cgroup);
		return error_no_memory();
	}
	atomic_init(&cgroup->refs, 1);
	cgroup->session = session;
	cgroup->kernel = kernel;
	cgroup->by_path = strncmp(name, "fd:", 3) != 0;
	status = cgroup_open_or_make_room(&fd, given, size, session, name);
	if (!status)
		status = cgroup_identify(cgroup, fd, name, given);
	if (status)
		goto drop;
	fd_pool_add(&session->pool, &cgroup->open, &cgroup_pooled_kind, fd);
	pthread_mutex_lock(&session->lock);
	session->recent = cgroup;
	pthread_mutex_unlock(&session->lock);
	*out = cgroup;
	free(given);
	return CGSWAP_OK;

drop:
	free(given);
	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	cgroup_unref(cgroup);
	return status;
}

struct cgroup *cgroup_ref(struct cgroup *cgroup)
{
	atomic_fetch_add_explicit(&cgroup->refs, 1, memory_order_relaxed);
	return cgroup;
}

struct cgroup *cgroup_ref_recent(struct cgswap_session *session, const char *name)
{
	struct cgroup *cgroup;
	unsigned refs = 0;

	pthread_mutex_lock(&session->lock);
	cgroup = session->recent;
	if (cgroup && cgroup->by_path && strcmp(cgroup->path, name) == 0)
		refs = atomic_load_explicit(&cgroup->refs, memory_order_relaxed);
	/* another thread may be dropping the last reference */
	while (refs && !atomic_compare_exchange_weak(&cgroup->refs, &refs, refs + 1))
		continue;
	pthread_mutex_unlock(&session->lock);
	return refs ? cgroup : NULL;
}

static void cgroup_forget_recent(struct cgroup *cgroup)
{
	struct cgswap_session *session = cgroup->session;

	pthread_mutex_lock(&session->lock);
	if (session->recent == cgroup)
		session->recent = NULL;
	pthread_mutex_unlock(&session->lock);
}

void cgroup_unref(struct cgroup *cgroup)
{
	if (!cgroup || atomic_fetch_sub_explicit(&cgroup->refs, 1, memory_order_acq_rel) != 1)
		return;
	cgroup_forget_recent(cgroup);
	fd_pool_remove(&cgroup->open);
	free(cgroup->path);
	free(cgroup);
}

int cgroup_climb(const struct cgroup *cgroup, cgroup_ancestor_fn fn, void *user)
{
	struct kernel *kernel = cgroup->kernel;
	int fd, above, result = 0;

	fd = kernel->ops->cgroup_parent(kernel, cgroup_fd(cgroup));
	while (fd >= 0 && !result) {
		result = fn(kernel, fd, user);
		above = result ? -1 : kernel->ops->cgroup_parent(kernel, fd);
		kernel->ops->close(kernel, fd);
		fd = above;
	}
	/* EXDEV: the top of the hierarchy; ENOENT: a removed cgroup has no parent */
	if (result || fd == -EXDEV || fd == -ENOENT)
		return result;
	return fd;
}
