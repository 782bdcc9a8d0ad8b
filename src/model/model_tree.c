/* SPDX-License-Identifier: BSD-2-Clause */
/* The file tree of a simulated kernel: makes and removes mounts, cgroups and directories. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

static size_t model_depth_of(const struct model_node *node)
{
	size_t depth = 0;

	for (; node && node->kind == MODEL_CGROUP; node = node->parent)
		depth++;
	return depth;
}

/* A directory belongs to its parent's filesystem; a cgroup is made with its files. */
static int model_make_in(struct model_node **out, struct kernel_model *model,
			 struct model_node *parent, const char *name, enum model_node_kind mount)
{
	enum model_node_kind kind = mount != MODEL_DIRECTORY ? mount : parent->kind;
	struct model_node *node;

	if (model_depth_of(parent) == MODEL_DEPTH)
		return -EAGAIN;
	node = model_node_new(model, parent, name, strcspn(name, "/"), kind);
	if (!node)
		return -ENOMEM;
	*out = node;
	/* as in the kernel, the root of the hierarchy has this id */
	if (mount == MODEL_CGROUP)
		model_node_set_id(model, node, 1);
	if (kind != MODEL_CGROUP && kind != MODEL_CGROUP_V1)
		return 0;
	if (model_node_new(model, node, "cgroup.procs", strlen("cgroup.procs"), MODEL_FILE))
		return 0;
	model_node_remove(model, node);
	return -ENOMEM;
}

static int model_make(struct kernel_model *model, const char *path, enum model_node_kind mount)
{
	struct model_node *node, *parent;
	const char *last;
	int err = model_walk(&node, &parent, &last, model, path);

	if (!err)
		return -EEXIST;
	return parent ? model_make_in(&node, model, parent, last, mount) : err;
}

int kernel_model_mkdir(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);

	return model_leave(model, model_make(model, path, MODEL_DIRECTORY));
}

int kernel_model_mkfile(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);

	/* cgroups and bpffs do not allow ordinary files */
	return model_leave(model, model_node_make(model, path, MODEL_DIRECTORY, MODEL_FILE));
}

static bool model_has_directories(const struct model_node *node)
{
	const struct model_node *at = node->children;

	while (at && !model_is_directory(at))
		at = at->next;
	return at != NULL;
}

static int model_remove_directory(struct kernel_model *model, struct model_node *node)
{
	if (!model_is_directory(node))
		return -ENOTDIR;
	/* a mount is busy too */
	if (model_has_directories(node) || !node->parent || node->kind != node->parent->kind)
		return -EBUSY;
	while (node->children)
		model_node_remove(model, node->children);
	model_node_remove(model, node);
	return 0;
}

int kernel_model_rmdir(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;
	int err = model_find(&node, model, path);

	return model_leave(model, err ? err : model_remove_directory(model, node));
}

static struct model_node *model_cgroup_at(struct kernel_model *model, int fd)
{
	const struct model_fd *open = model_fd_at(model, fd);

	return open && open->node && open->node->kind == MODEL_CGROUP ? open->node : NULL;
}

int model_cgroup_make(struct kernel *kernel, int parent_fd, const char *name)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *parent = model_cgroup_at(model, parent_fd), *node;
	int fd, err;

	if (!parent)
		return model_leave(model, -EBADF);
	if (parent->removed)
		return model_leave(model, -ENOENT);
	if (model_node_child(parent, name, strlen(name)))
		return model_leave(model, -EEXIST);
	err = model_make_in(&node, model, parent, name, MODEL_DIRECTORY);
	if (err)
		return model_leave(model, err);
	fd = model_fd_new(model, KERNEL_IS_CGROUP, NULL, node);
	if (fd < 0)
		model_remove_directory(model, node);
	return model_leave(model, fd);
}

int model_cgroup_remove(struct kernel *kernel, int parent_fd, const char *name)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *parent = model_cgroup_at(model, parent_fd), *node;

	node = parent ? model_node_child(parent, name, strlen(name)) : NULL;
	return model_leave(model, node ? model_remove_directory(model, node) : -ENOENT);
}

int model_cgroup_leftover(struct kernel *kernel, int parent_fd, const char *name, bool remove)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *parent = model_cgroup_at(model, parent_fd), *node;

	node = parent ? model_node_child(parent, name, strlen(name)) : NULL;
	if (!node || !remove)
		return model_leave(model, node ? 0 : -EEXIST);
	return model_leave(model, model_remove_directory(model, node));
}

int model_tree_init(struct kernel_model *model)
{
	static const struct {
		const char *path;
		enum model_node_kind mount;
	} all[] = {
		{ "/run", MODEL_DIRECTORY },
		{ "/run/cgroup-v1", MODEL_DIRECTORY },
		{ KERNEL_MODEL_CGROUP_V1, MODEL_CGROUP_V1 },
		{ "/sys", MODEL_DIRECTORY },
		{ "/sys/fs", MODEL_DIRECTORY },
		{ KERNEL_MODEL_BPFFS, MODEL_BPFFS },
		{ KERNEL_MODEL_CGROUPS, MODEL_CGROUP },
		{ "/tmp", MODEL_DIRECTORY },
	};

	model->root = model_node_new(model, NULL, "", 0, MODEL_DIRECTORY);
	if (!model->root)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (model_make(model, all[i].path, all[i].mount))
			return -ENOMEM;
	return 0;
}

void model_tree_free(struct kernel_model *model)
{
	struct model_node *node = model->root;

	while (node) {
		struct model_node *parent = node->parent;

		if (node->children) {
			node = node->children;
			continue;
		}
		model_node_remove(model, node);
		node = parent;
	}
	model->root = NULL;
	free(model->nodes);
	model->nodes = NULL;
}
