/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup/cgroup.h"

#include <errno.h>
#include <limits.h>
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
				 "'%s', given as the cgroup, is not an open descriptor", name);
	case KERNEL_IS_CGROUP_V1:
		return error_set(CGSWAP_CAUSE_CGROUP_V1, EBADF,
				 "'%s' is in a cgroup v1 hierarchy (%s%s%s)", name,
				 *root ? "cgroup2 is mounted at '" : "no cgroup2 is mounted", root,
				 *root ? "'" : "");
	case KERNEL_IS_DIRECTORY:
		return error_set(CGSWAP_CAUSE_NOT_A_CGROUP, EBADF,
				 "'%s' is an ordinary directory, not a cgroup", name);
	case KERNEL_IS_PROGRAM:
		return error_set(CGSWAP_CAUSE_NOT_A_CGROUP, EBADF,
				 "'%s' is a BPF program, not a cgroup", name);
	case KERNEL_IS_MAP:
		return error_set(CGSWAP_CAUSE_NOT_A_CGROUP, EBADF,
				 "'%s' is a BPF map, not a cgroup", name);
	case KERNEL_IS_LINK:
		return error_set(CGSWAP_CAUSE_NOT_A_CGROUP, EBADF,
				 "'%s' is a BPF link, not a cgroup", name);
	default:
		return error_set(CGSWAP_CAUSE_NOT_A_CGROUP, EBADF, "'%s' is a file, not a cgroup",
				 name);
	}
}

/* Opens the path, or duplicates the descriptor, that name gives. */
static enum cgswap_status cgroup_open_fd(int *out, struct cgswap_session *session, const char *name)
{
	struct kernel *kernel = session->kernel;
	enum cgswap_status status;
	char path[PATH_MAX];
	int fd;

	*out = -1;
	if (strncmp(name, "fd:", 3) == 0) {
		if (!number_parse_fd(name + 3, &fd))
			return error_bad_argument("'%.64s' is not a descriptor; expected fd:N",
						  name);
		status = check_cgroup_kind(session, fd, name);
		if (status)
			return status;
		fd = kernel->ops->dup(kernel, fd);
		if (fd < 0)
			return error_cgroup_path(kernel, "", name, -fd);
		*out = fd;
		return CGSWAP_OK;
	}
	status = cgroup_path_complete(path, sizeof(path), session->cgroup_root, "", name);
	if (status)
		return status;
	fd = kernel->ops->cgroup_open(kernel, path);
	if (fd < 0)
		return error_cgroup_path(kernel, "", path, -fd);
	status = check_cgroup_kind(session, fd, path);
	if (status) {
		kernel->ops->close(kernel, fd);
		return status;
	}
	*out = fd;
	return CGSWAP_OK;
}

enum cgswap_status cgroup_open(struct cgroup **out, struct cgswap_session *session,
			       const char *name)
{
	struct kernel *kernel = session->kernel;
	enum cgswap_status status;
	struct cgroup *cgroup;
	char path[PATH_MAX];
	int err;

	*out = NULL;
	if (!name || !*name)
		return error_bad_argument("the cgroup is %s; expected a path or fd:N",
					  name ? "empty" : "NULL");
	cgroup = calloc(1, sizeof(*cgroup));
	if (!cgroup)
		return error_no_memory();
	atomic_init(&cgroup->refs, 1);
	cgroup->kernel = kernel;
	status = cgroup_open_fd(&cgroup->fd, session, name);
	if (status)
		goto drop;
	err = kernel->ops->cgroup_id(kernel, cgroup->fd, &cgroup->id);
	if (err)
		cgroup->id = 0;
	if (error_is_exhaustion(err)) {
		status = error_from_errno(kernel, 0, -err, "the id of '%s' cannot be read", name);
		goto drop;
	}
	if (kernel->ops->cgroup_path(kernel, cgroup->fd, path, sizeof(path)) < 0)
		snprintf(path, sizeof(path), "%s", name);
	cgroup->path = strdup(path);
	if (!cgroup->path) {
		status = error_no_memory();
		goto drop;
	}
	*out = cgroup;
	return CGSWAP_OK;

drop:
	cgroup_unref(cgroup);
	return status;
}

struct cgroup *cgroup_ref(struct cgroup *cgroup)
{
	atomic_fetch_add_explicit(&cgroup->refs, 1, memory_order_relaxed);
	return cgroup;
}

void cgroup_unref(struct cgroup *cgroup)
{
	if (!cgroup || atomic_fetch_sub_explicit(&cgroup->refs, 1, memory_order_acq_rel) != 1)
		return;
	cgroup->kernel->ops->close(cgroup->kernel, cgroup->fd);
	free(cgroup->path);
	free(cgroup);
}

int cgroup_climb(const struct cgroup *cgroup, cgroup_ancestor_fn fn, void *user)
{
	struct kernel *kernel = cgroup->kernel;
	int fd, above, result = 0;

	fd = kernel->ops->cgroup_parent(kernel, cgroup->fd);
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
