/* SPDX-License-Identifier: BSD-2-Clause */
/* The pins of a simulated kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

static int model_pin_new(struct kernel_model *model, int fd, const char *path)
{
	const struct model_fd *open = model_fd_at(model, fd);
	struct model_node *node, *parent;
	const char *last;
	int err;

	if (!open)
		return -EBADF;
	if (!open->object)
		return -EINVAL;
	err = model_walk(&node, &parent, &last, model, path);
	if (!err)
		return -EEXIST;
	if (!parent)
		return err;
	if (parent->kind != MODEL_BPFFS)
		return -EPERM;
	node = model_node_new(model, parent, last, strcspn(last, "/"), MODEL_PIN);
	if (!node)
		return -ENOMEM;
	node->pinned = open->object;
	model_ref(node->pinned);
	return 0;
}

int model_pin(struct kernel *kernel, int fd, const char *path)
{
	struct kernel_model *model = model_enter(kernel);

	return model_leave(model, model_pin_new(model, fd, path));
}

int model_unpin(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;
	int err = model_find(&node, model, path);

	if (!err && node->kind != MODEL_PIN)
		err = -EISDIR;
	if (!err)
		model_node_remove(model, node);
	return model_leave(model, err);
}

int model_pin_open(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;
	int err = model_find(&node, model, path);

	if (err)
		return model_leave(model, err);
	if (node->kind != MODEL_PIN)
		return model_leave(model, -EACCES);
	return model_leave(model, model_fd_new(model, node->pinned->kind, node->pinned, NULL));
}

int model_pin_directory_make(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);

	return model_leave(model, model_node_make(model, path, MODEL_BPFFS, MODEL_BPFFS));
}

int model_pin_directory_remove(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node;
	int err = model_find(&node, model, path);

	if (!err && node->kind != MODEL_BPFFS)
		err = -ENOTDIR;
	if (!err && node->children)
		err = -ENOTEMPTY;
	if (!err)
		model_node_remove(model, node);
	return model_leave(model, err);
}

static void model_pin_exchange(struct model_node *a, struct model_node *b)
{
	struct model_object *pinned = a->pinned;

	a->pinned = b->pinned;
	b->pinned = pinned;
}

/* A pin that is moved onto another replaces it; moved onto itself it stays. */
static int model_pin_rename(struct kernel_model *model, const char *from, const char *to,
			    enum kernel_pin_move how)
{
	struct model_node *node, *there, *parent;
	const char *last;
	char *name;
	int err = model_find(&node, model, from);

	if (!err && node->kind != MODEL_PIN)
		err = -EINVAL;
	if (err)
		return err;
	err = model_walk(&there, &parent, &last, model, to);
	if (err && !parent)
		return err;
	if (!err && there == node)
		return 0;
	if (!err && there->kind != MODEL_PIN)
		return -EISDIR;
	if (!err && how == KERNEL_PIN_NOREPLACE)
		return -EEXIST;
	if (how == KERNEL_PIN_EXCHANGE) {
		if (!err)
			model_pin_exchange(node, there);
		return err;
	}
	parent = err ? parent : there->parent;
	if (parent->kind != MODEL_BPFFS)
		return -EXDEV;
	name = err ? strndup(last, strcspn(last, "/")) : strdup(there->name);
	if (!name)
		return -ENOMEM;
	if (!err)
		model_node_remove(model, there);
	model_node_move(node, parent, name);
	return 0;
}

int model_pin_move(struct kernel *kernel, const char *from, const char *to,
		   enum kernel_pin_move how)
{
	struct kernel_model *model = model_enter(kernel);

	return model_leave(model, model_pin_rename(model, from, to, how));
}

/* A descriptor of the directory that a pin of this path is in, or would be. */
static int model_pin_directory(struct kernel_model *model, const char *path)
{
	struct model_node *node, *parent;
	const char *last;
	int err = model_walk(&node, &parent, &last, model, path);
	bool itself = *path && path[strlen(path) - 1] == '/';

	if (err && (itself || !parent))
		return err;
	if (itself && !model_is_directory(node))
		return -ENOTDIR;
	if (!itself)
		node = err ? parent : node->parent;
	return model_fd_new(model, KERNEL_IS_DIRECTORY, NULL, node);
}

/* All files of the model can be read and written. */
int model_pin_access(struct kernel *kernel, const char *path, bool make)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_node *node, *parent;
	const char *last;
	int err = model_walk(&node, &parent, &last, model, path);

	return model_leave(model, make && parent ? 0 : err);
}

int model_pin_lock(struct kernel *kernel, const char *path)
{
	struct kernel_model *model = model_enter(kernel);
	int fd = model_pin_directory(model, path);

	if (fd < 0)
		return model_leave(model, fd);
	if (model_node_at(model, fd)->locked) {
		model_fd_close(model, fd);
		return model_leave(model, -EBUSY);
	}
	model_node_at(model, fd)->locked = true;
	return model_leave(model, fd);
}

void model_pin_unlock(struct kernel *kernel, int lock)
{
	struct kernel_model *model = model_enter(kernel);

	model_node_at(model, lock)->locked = false;
	model_fd_close(model, lock);
	model_leave(model, 0);
}

int model_pin_names(struct kernel *kernel, const char *path, kernel_child_fn fn, void *user)
{
	struct kernel_model *model = model_enter(kernel);
	char *names = NULL;
	int err, fd = model_pin_directory(model, path);

	err = fd < 0 ? fd : model_copy_children(&names, model, fd, false);
	model_fd_close(model, fd);
	model_leave(model, 0);
	for (const char *at = names; !err && *at; at += strlen(at) + 1)
		err = fn(at, user);
	free(names);
	return err;
}

static bool model_has_name(const char *names, const char *name)
{
	for (; *names; names += strlen(names) + 1)
		if (strcmp(names, name) == 0)
			return true;
	return false;
}

/* The directories first. */
int model_pin_list(struct kernel *kernel, const char *directory, kernel_pin_fn fn, void *user)
{
	struct kernel_model *model = model_enter(kernel);
	char *directories = NULL, *names = NULL;
	struct model_node *node;
	int err, fd = -1;

	err = model_find(&node, model, directory);
	if (!err)
		err = fd = node->kind == MODEL_BPFFS
				   ? model_fd_new(model, KERNEL_IS_DIRECTORY, NULL, node)
				   : -ENOTDIR;
	if (fd >= 0)
		err = model_copy_children(&directories, model, fd, true);
	if (!err)
		err = model_copy_children(&names, model, fd, false);
	model_fd_close(model, fd);
	model_leave(model, 0);
	for (const char *at = directories; !err && *at; at += strlen(at) + 1)
		err = fn(at, true, user);
	for (const char *at = names; !err && *at; at += strlen(at) + 1)
		if (!model_has_name(directories, at))
			err = fn(at, false, user);
	free(directories);
	free(names);
	return err;
}
