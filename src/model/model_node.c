/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and directories of a simulated kernel: their references and paths. */
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
	node->refs++;
}

/* The tree has a reference to each node until its removal, and a node has one to its parent. */
void model_node_unref(struct model_node *node)
{
	while (node && !--node->refs) {
		struct model_node *parent = node->parent;

		free(node->name);
		free(node);
		node = parent;
	}
}

static bool model_nodes_reserve(struct kernel_model *model)
{
	size_t capacity = model->node_capacity ? 2 * model->node_capacity : 64;
	struct model_node **nodes;

	if (model->next_node + 1 < model->node_capacity)
		return true;
	nodes = realloc(model->nodes, capacity * sizeof(*nodes));
	if (!nodes)
		return false;
	memset(nodes + model->node_capacity, 0, (capacity - model->node_capacity) * sizeof(*nodes));
	model->nodes = nodes;
	model->node_capacity = capacity;
	return true;
}

void model_node_set_id(struct kernel_model *model, struct model_node *node, uint64_t id)
{
	if (node->id)
		model->nodes[node->id] = NULL;
	node->id = id;
	model->nodes[id] = node;
}

struct model_node *model_node_by_id(const struct kernel_model *model, uint64_t id)
{
	return id < model->node_capacity ? model->nodes[id] : NULL;
}

struct model_node *model_node_new(struct kernel_model *model, struct model_node *parent,
				  const char *name, size_t length, enum model_node_kind kind)
{
	struct model_node *node;

	if (!model_nodes_reserve(model))
		return NULL;
	node = calloc(1, sizeof(*node));
	if (!node)
		return NULL;
	node->name = strndup(name, length);
	if (!node->name) {
		free(node);
		return NULL;
	}
	node->kind = kind;
	model_node_set_id(model, node, ++model->next_node);
	node->refs = 1;
	node->parent = parent;
	if (parent) {
		model_node_ref(parent);
		node->next = parent->children;
		parent->children = node;
	}
	return node;
}

static void model_node_unlink(struct model_node *node)
{
	struct model_node **at = &node->parent->children;

	while (*at != node)
		at = &(*at)->next;
	*at = node->next;
}

void model_node_move(struct model_node *node, struct model_node *parent, char *name)
{
	struct model_node *old = node->parent;

	model_node_unlink(node);
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
		model_node_unlink(node);
	node->removed = true;
	if (model->nodes[node->id] == node)
		model->nodes[node->id] = NULL;
	if (node->free_chains)
		node->free_chains(model, node);
	if (node->pinned)
		model_unref(model, node->pinned);
	node->pinned = NULL;
	model_node_unref(node);
}

/* ---- paths ----------------------------------------------------------------------------------- */

struct model_node *model_node_child(const struct model_node *node, const char *name, size_t length)
{
	struct model_node *found = node->children;

	while (found && (strncmp(found->name, name, length) || found->name[length]))
		found = found->next;
	return found;
}

static bool model_is_component(const char *name, size_t length, const char *wanted)
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
		if (model_is_component(path, length, "."))
			next = node;
		else if (model_is_component(path, length, ".."))
			next = node->parent ? node->parent : node;
		else
			next = model_node_child(node, path, length);
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

int model_node_make(struct kernel_model *model, const char *path, enum model_node_kind parent_kind,
		    enum model_node_kind kind)
{
	struct model_node *node, *parent;
	const char *last;
	int err = model_walk(&node, &parent, &last, model, path);

	if (!err)
		return -EEXIST;
	if (!parent)
		return err;
	if (parent->kind != parent_kind)
		return -EPERM;
	node = model_node_new(model, parent, last, strcspn(last, "/"), kind);
	return node ? 0 : -ENOMEM;
}
