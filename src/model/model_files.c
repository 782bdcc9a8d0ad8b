/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations on the files of a simulated kernel: cgroup directories and mounts. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/model_internal.h"

static enum kernel_kind model_node_kind_of(const struct model_node *node)
{
	switch (node->kind) {
	case MODEL_CGROUP:
		return KERNEL_IS_CGROUP;
	case MODEL_CGROUP_V1:
		return KERNEL_IS_CGROUP_V1;
	case MODEL_DIRECTORY:
	case MODEL_BPFFS:
		return KERNEL_IS_DIRECTORY;
	default:
		return KERNEL_IS_OTHER;
	}
}

int model_cgroup_open(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;
	int err = model_find(&node, model, path);

	return model_leave(model,
			   err ? err : model_fd_new(model, model_node_kind_of(node), NULL, node));
}

int model_cgroup_by_id(struct kernel *kernel, int mount_fd, uint64_t id)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;

	if (!model_fd_at(model, mount_fd))
		return model_leave(model, -EBADF);
	if (!model_may(model, KERNEL_CAP_SYS_ADMIN))
		return model_leave(model, -EPERM);
	node = model_node_by_id(model, id);
	if (!node || node->kind != MODEL_CGROUP)
		return model_leave(model, -ESTALE);
	return model_leave(model, model_fd_new(model, KERNEL_IS_CGROUP, NULL, node));
}

int model_cgroup_parent(struct kernel *kernel, int fd)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node = model_node_at(model, fd);

	if (!node || !model_is_directory(node))
		return model_leave(model, model_fd_at(model, fd) ? -ENOTDIR : -EBADF);
	if (!node->parent || node->parent->kind != MODEL_CGROUP)
		return model_leave(model, -EXDEV);
	return model_leave(model, model_fd_new(model, KERNEL_IS_CGROUP, NULL, node->parent));
}

int model_cgroup_id(struct kernel *kernel, int fd, uint64_t *id)
{
	struct kernel_model *model = model_enter(kernel);
	const struct model_node *node = model_node_at(model, fd);

	if (!node)
		return model_leave(model, model_fd_at(model, fd) ? -EOPNOTSUPP : -EBADF);
	*id = node->id;
	return model_leave(model, 0);
}

/* A removed cgroup keeps its path. */
int model_cgroup_path(struct kernel *kernel, int fd, char *path, size_t size)
{
	struct kernel_model *model = model_enter(kernel);
	const struct model_node *node = model_node_at(model, fd);
	char full[PATH_MAX];
	char *start = full + sizeof(full) - 1;

	if (!node)
		return model_leave(model, model_fd_at(model, fd) ? -EINVAL : -EBADF);
	*start = '\0';
	if (!node->parent)
		*--start = '/';
	for (; node->parent; node = node->parent) {
		size_t length = strlen(node->name);

		if ((size_t)(start - full) < length + 1)
			return model_leave(model, -ENAMETOOLONG);
		start -= length;
		memcpy(start, node->name, length);
		*--start = '/';
	}
	snprintf(path, size, "%s", start);
	return model_leave(model, 0);
}

int model_cgroup_children(struct kernel *kernel, int fd, kernel_child_fn fn, void *user)
{
	char *names = NULL;
	int err = model_copy_children(&names, model_enter(kernel), fd, true);

	model_leave((struct kernel_model *)kernel, 0);
	for (const char *at = names; !err && *at; at += strlen(at) + 1)
		err = fn(at, user);
	free(names);
	return err;
}

int model_mounts(struct kernel *kernel, struct kernel_mounts *out)
{
	(void)kernel;
	strcpy(out->cgroup, KERNEL_MODEL_CGROUPS);
	strcpy(out->bpffs, KERNEL_MODEL_BPFFS);
	return 0;
}

/* The process is in the root cgroup. */
int model_cgroup_own(struct kernel *kernel, char *path, size_t size)
{
	(void)kernel;
	return snprintf(path, size, "/") < (int)size ? 0 : -ENAMETOOLONG;
}

bool model_cgroup_is_root(struct kernel *kernel, int fd)
{
	struct kernel_model *model = model_enter(kernel);
	const struct model_node *node = model_node_at(model, fd);
	bool is = node && node->parent && node->parent->kind != MODEL_CGROUP;

	model_leave(model, 0);
	return is;
}

int model_bpffs_each(struct kernel *kernel, kernel_mount_fn fn, void *user)
{
	(void)kernel;
	return fn(KERNEL_MODEL_BPFFS, false, user);
}

bool model_is_bpffs(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;
	bool is;

	is = !model_find(&node, model, path) &&
	     (node->kind == MODEL_BPFFS || node->kind == MODEL_PIN);
	model_leave(model, 0);
	return is;
}

/* There is one. */
int model_bpffs_id(struct kernel *kernel, const char *path, uint64_t *id)
{
	*id = 1;
	return model_is_bpffs(kernel, path) ? 0 : -ENOENT;
}

/* Each simulated kernel is a boot of its own. */
int model_boot_id(struct kernel *kernel, char *id, size_t size)
{
	snprintf(id, size, "model-%d-%p", (int)getpid(), (void *)kernel);
	return 0;
}
