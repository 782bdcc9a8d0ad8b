/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a modelled kernel: one tree with the mounts, the cgroups, the pins, and what else. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_model_world.h"

static bool is_directory(const struct model_node *node)
{
	return node->kind != MODEL_FILE && node->kind != MODEL_PIN;
}

void model_node_hold(struct model_node *node)
{
	node->holders++;
}

/* The tree holds a node until it is removed, and a node holds the one above it. */
void model_node_release(struct kernel_model *model, struct model_node *node)
{
	while (node && !--node->holders) {
		struct model_node *parent = node->parent;

		free(node->name);
		free(node);
		node = parent;
	}
	(void)model;
}

static struct model_node *node_new(struct kernel_model *model, struct model_node *parent,
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
		model_node_hold(parent);
		node->next = parent->children;
		parent->children = node;
	}
	return node;
}

static void remove_node(struct kernel_model *model, struct model_node *node)
{
	struct model_node **at;

	if (node->parent) {
		for (at = &node->parent->children; *at != node;)
			at = &(*at)->next;
		*at = node->next;
	}
	node->removed = true;
	model_chains_free(model, node);
	if (node->pinned)
		model_release(model, node->pinned);
	node->pinned = NULL;
	model_node_release(model, node);
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

/*
 * Walks a path, which begins at the root whether it says so or not. In *parent and *last comes what
 * a new file needs: where it would lie and its name; both are unset when more than it is missing.
 */
static int walk(struct model_node **out, struct model_node **parent, const char **last,
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

		if (!is_directory(node))
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
		if (*path && !is_directory(node))
			return -ENOTDIR;
	}
	*out = node;
	return 0;
}

static int find(struct model_node **out, struct kernel_model *model, const char *path)
{
	struct model_node *parent;
	const char *last;

	return walk(out, &parent, &last, model, path);
}

static enum kernel_kind kind_of(const struct model_node *node)
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

/* ---- making and removing --------------------------------------------------------------------- */

static size_t depth_of(const struct model_node *node)
{
	size_t depth = 0;

	for (; node && node->kind == MODEL_CGROUP; node = node->parent)
		depth++;
	return depth;
}

/* A directory is of its parent's filesystem, and one of cgroups comes with its files. */
static int make(struct kernel_model *model, const char *path, enum model_node_kind mount)
{
	struct model_node *node, *parent;
	enum model_node_kind kind;
	const char *last;
	int err = walk(&node, &parent, &last, model, path);

	if (!err)
		return -EEXIST;
	if (!parent)
		return err;
	if (depth_of(parent) == MODEL_DEPTH)
		return -EAGAIN;
	kind = mount != MODEL_DIRECTORY ? mount : parent->kind;
	node = node_new(model, parent, last, strcspn(last, "/"), kind);
	if (!node)
		return -ENOMEM;
	if (kind != MODEL_CGROUP && kind != MODEL_CGROUP_V1)
		return 0;
	if (node_new(model, node, "cgroup.procs", strlen("cgroup.procs"), MODEL_FILE))
		return 0;
	remove_node(model, node);
	return -ENOMEM;
}

int kernel_model_mkdir(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);

	return model_leave(model, make(model, path, MODEL_DIRECTORY));
}

static bool has_directories(const struct model_node *node)
{
	const struct model_node *at = node->children;

	while (at && !is_directory(at))
		at = at->next;
	return at != NULL;
}

int kernel_model_rmdir(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;
	int err = find(&node, model, path);

	if (err)
		return model_leave(model, err);
	if (!is_directory(node))
		return model_leave(model, -ENOTDIR);
	/* a mount, too, is busy */
	if (has_directories(node) || !node->parent || node->kind != node->parent->kind)
		return model_leave(model, -EBUSY);
	while (node->children)
		remove_node(model, node->children);
	remove_node(model, node);
	return model_leave(model, 0);
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

	model->root = node_new(model, NULL, "", 0, MODEL_DIRECTORY);
	if (!model->root)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (make(model, all[i].path, all[i].mount))
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
		remove_node(model, node);
		node = parent;
	}
	model->root = NULL;
}

/* ---- the door -------------------------------------------------------------------------------- */

int model_cgroup_open(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;
	int err = find(&node, model, path);

	return model_leave(model, err ? err : model_fd_new(model, kind_of(node), NULL, node));
}

/* The node of a descriptor, if it has one. */
static struct model_node *node_at(struct kernel_model *model, int fd)
{
	const struct model_fd *open = model_fd_at(model, fd);

	return open ? open->node : NULL;
}

int model_cgroup_parent(struct kernel *kernel, int fd)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node = node_at(model, fd);

	if (!node || !is_directory(node))
		return model_leave(model, model_fd_at(model, fd) ? -ENOTDIR : -EBADF);
	if (!node->parent || node->parent->kind != MODEL_CGROUP)
		return model_leave(model, -EXDEV);
	return model_leave(model, model_fd_new(model, KERNEL_IS_CGROUP, NULL, node->parent));
}

int model_cgroup_id(struct kernel *kernel, int fd, uint64_t *id)
{
	struct kernel_model *model = model_enter(kernel);
	const struct model_node *node = node_at(model, fd);

	if (!node)
		return model_leave(model, model_fd_at(model, fd) ? -EOPNOTSUPP : -EBADF);
	*id = node->id;
	return model_leave(model, 0);
}

/* Also of one that was removed: the path that it had. */
int model_cgroup_path(struct kernel *kernel, int fd, char *path, size_t size)
{
	struct kernel_model *model = model_enter(kernel);
	const struct model_node *node = node_at(model, fd);
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

/* The names are copied first: the callback may ask the door again. */
static int copy_children(char **out, struct kernel_model *model, int fd)
{
	const struct model_node *node = node_at(model, fd);
	size_t size = 1;
	char *at;

	if (!node || !is_directory(node))
		return model_fd_at(model, fd) ? -ENOTDIR : -EBADF;
	for (const struct model_node *it = node->children; it; it = it->next)
		size += strlen(it->name) + 1;
	at = *out = malloc(size);
	if (!at)
		return -ENOMEM;
	for (const struct model_node *it = node->children; it; it = it->next)
		if (is_directory(it))
			at += sprintf(at, "%s", it->name) + 1;
	*at = '\0';
	return 0;
}

int model_cgroup_children(struct kernel *kernel, int fd, kernel_child_fn fn, void *user)
{
	char *names = NULL;
	int err = copy_children(&names, model_enter(kernel), fd);

	model_leave((struct kernel_model *)kernel, 0);
	for (const char *at = names; !err && *at; at += strlen(at) + 1)
		err = fn(at, user);
	free(names);
	return err;
}

static int mount_path(char *path, size_t size, const char *mount)
{
	if (strlen(mount) >= size)
		return -ENOENT;
	strcpy(path, mount);
	return 0;
}

int model_cgroup_mount(struct kernel *kernel, char *path, size_t size)
{
	(void)kernel;
	return mount_path(path, size, KERNEL_MODEL_CGROUPS);
}

int model_bpffs_mount(struct kernel *kernel, char *path, size_t size)
{
	(void)kernel;
	return mount_path(path, size, KERNEL_MODEL_BPFFS);
}

bool model_is_bpffs(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;
	bool is;

	is = !find(&node, model, path) && (node->kind == MODEL_BPFFS || node->kind == MODEL_PIN);
	model_leave(model, 0);
	return is;
}

/* ---- pins ------------------------------------------------------------------------------------ */

static int pin(struct kernel_model *model, int fd, const char *path)
{
	const struct model_fd *open = model_fd_at(model, fd);
	struct model_node *node, *parent;
	const char *last;
	int err;

	if (!open)
		return -EBADF;
	if (!open->object)
		return -EINVAL;
	err = walk(&node, &parent, &last, model, path);
	if (!err)
		return -EEXIST;
	if (!parent)
		return err;
	if (parent->kind != MODEL_BPFFS)
		return -EPERM;
	node = node_new(model, parent, last, strcspn(last, "/"), MODEL_PIN);
	if (!node)
		return -ENOMEM;
	node->pinned = open->object;
	model_hold(node->pinned);
	return 0;
}

int kernel_model_pin(struct kernel *kernel, int fd, const char *path)
{
	struct kernel_model *model = model_enter(kernel);

	return model_leave(model, pin(model, fd, path));
}

int kernel_model_unpin(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;
	int err = find(&node, model, path);

	if (!err && node->kind != MODEL_PIN)
		err = -EISDIR;
	if (!err)
		remove_node(model, node);
	return model_leave(model, err);
}

int model_pin_open(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;
	int err = find(&node, model, path);

	if (err)
		return model_leave(model, err);
	if (node->kind != MODEL_PIN)
		return model_leave(model, -EACCES);
	return model_leave(model, model_fd_new(model, node->pinned->kind, node->pinned, NULL));
}
