/* SPDX-License-Identifier: BSD-2-Clause */
/* The file tree of a modelled kernel: mounts, cgroups, pins and ordinary directories. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

bool model_is_directory(const struct model_node *node)
{
	return node->kind != MODEL_FILE && node->kind != MODEL_PIN;
}

void model_node_ref(struct model_node *node)
{
	node->holders++;
}

/* The tree holds a node until it is removed, and a node holds the one above it. */
void model_node_unref(struct model_node *node)
{
	while (node && !--node->holders) {
		struct model_node *parent = node->parent;

		free(node->name);
		free(node);
		node = parent;
	}
}

struct model_node *model_node_new(struct kernel_model *model, struct model_node *parent,
				  const char *name, size_t length, enum model_node_kind kind)
{
	struct model_node *node = calloc(1, sizeof(*node));

	if (!node)
		return NULL;
	node->name = strndup(name, length);
	if (!node->name) {
		free(node);
		return NULL;
	}
	node->kind = kind;
	node->id = ++model->next_node;
	node->holders = 1;
	node->parent = parent;
	if (parent) {
		model_node_ref(parent);
		node->next = parent->children;
		parent->children = node;
	}
	return node;
}

static void model_node_take_out(struct model_node *node)
{
	struct model_node **at = &node->parent->children;

	while (*at != node)
		at = &(*at)->next;
	*at = node->next;
}

void model_node_move(struct model_node *node, struct model_node *parent, char *name)
{
	struct model_node *old = node->parent;

	model_node_take_out(node);
	free(node->name);
	node->name = name;
	node->parent = parent;
	model_node_ref(parent);
	node->next = parent->children;
	parent->children = node;
	model_node_unref(old);
}

void model_node_remove(struct kernel_model *model, struct model_node *node)
{
	if (node->parent)
		model_node_take_out(node);
	node->removed = true;
	model_chains_free(model, node);
	if (node->pinned)
		model_unref(model, node->pinned);
	node->pinned = NULL;
	model_node_unref(node);
}

/* ---- paths ----------------------------------------------------------------------------------- */

static struct model_node *child(const struct model_node *node, const char *name, size_t length)
{
	struct model_node *found = node->children;

	while (found && (strncmp(found->name, name, length) || found->name[length]))
		found = found->next;
	return found;
}

static bool is_component(const char *name, size_t length, const char *wanted)
{
	return strlen(wanted) == length && memcmp(name, wanted, length) == 0;
}

int model_walk(struct model_node **out, struct model_node **parent, const char **last,
	       struct kernel_model *model, const char *path)
{
	struct model_node *node = model->root;

	*out = *parent = NULL;
	if (!*path)
		return -ENOENT;
	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		size_t length = strcspn(path, "/");
		struct model_node *next;

		if (!model_is_directory(node))
			return -ENOTDIR;
		if (length > NAME_MAX)
			return -ENAMETOOLONG;
		if (is_component(path, length, "."))
			next = node;
		else if (is_component(path, length, ".."))
			next = node->parent ? node->parent : node;
		else
			next = child(node, path, length);
		if (!next) {
			if (!path[length + strspn(path + length, "/")]) {
				*parent = node;
				*last = path;
			}
			return -ENOENT;
		}
		node = next;
		path += length;
		if (*path && !model_is_directory(node))
			return -ENOTDIR;
	}
	*out = node;
	return 0;
}

int model_find(struct model_node **out, struct kernel_model *model, const char *path)
{
	struct model_node *parent;
	const char *last;

	return model_walk(out, &parent, &last, model, path);
}

/* ---- making and removing --------------------------------------------------------------------- */

static size_t depth_of(const struct model_node *node)
{
	size_t depth = 0;

	for (; node && node->kind == MODEL_CGROUP; node = node->parent)
		depth++;
	return depth;
}

/* A directory is of its parent's filesystem, and one of cgroups comes with its files. */
static int make_in(struct model_node **out, struct kernel_model *model, struct model_node *parent,
		   const char *name, enum model_node_kind mount)
{
	enum model_node_kind kind = mount != MODEL_DIRECTORY ? mount : parent->kind;
	struct model_node *node;

	if (depth_of(parent) == MODEL_DEPTH)
		return -EAGAIN;
	node = model_node_new(model, parent, name, strcspn(name, "/"), kind);
	if (!node)
		return -ENOMEM;
	*out = node;
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
	return parent ? make_in(&node, model, parent, last, mount) : err;
}

int kernel_model_mkdir(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);

	return model_leave(model, model_make(model, path, MODEL_DIRECTORY));
}

int kernel_model_mkfile(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node, *parent;
	const char *last;
	int err = model_walk(&node, &parent, &last, model, path);

	if (!err)
		return model_leave(model, -EEXIST);
	if (!parent)
		return model_leave(model, err);
	/* those of cgroups and bpffs come by other ways */
	if (parent->kind != MODEL_DIRECTORY)
		return model_leave(model, -EPERM);
	node = model_node_new(model, parent, last, strcspn(last, "/"), MODEL_FILE);
	return model_leave(model, node ? 0 : -ENOMEM);
}

static bool has_directories(const struct model_node *node)
{
	const struct model_node *at = node->children;

	while (at && !model_is_directory(at))
		at = at->next;
	return at != NULL;
}

static int remove_directory(struct kernel_model *model, struct model_node *node)
{
	if (!model_is_directory(node))
		return -ENOTDIR;
	/* a mount, too, is busy */
	if (has_directories(node) || !node->parent || node->kind != node->parent->kind)
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

	return model_leave(model, err ? err : remove_directory(model, node));
}

static struct model_node *cgroup_at(struct kernel_model *model, int fd)
{
	const struct model_fd *open = model_fd_at(model, fd);

	return open && open->node && open->node->kind == MODEL_CGROUP ? open->node : NULL;
}

int model_cgroup_make(struct kernel *kernel, int parent_fd, const char *name)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *parent = cgroup_at(model, parent_fd), *node;
	int fd, err;

	if (!parent)
		return model_leave(model, -EBADF);
	if (parent->removed)
		return model_leave(model, -ENOENT);
	if (child(parent, name, strlen(name)))
		return model_leave(model, -EEXIST);
	err = make_in(&node, model, parent, name, MODEL_DIRECTORY);
	if (err)
		return model_leave(model, err);
	fd = model_fd_new(model, KERNEL_IS_CGROUP, NULL, node);
	if (fd < 0)
		remove_directory(model, node);
	return model_leave(model, fd);
}

int model_cgroup_remove(struct kernel *kernel, int parent_fd, const char *name)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *parent = cgroup_at(model, parent_fd), *node;

	node = parent ? child(parent, name, strlen(name)) : NULL;
	return model_leave(model, node ? remove_directory(model, node) : -ENOENT);
}

int model_files_init(struct kernel_model *model)
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

void model_files_free(struct kernel_model *model)
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
}
