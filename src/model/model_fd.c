/* SPDX-License-Identifier: BSD-2-Clause */
/* Entering and leaving a simulated kernel; its descriptors. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "model/model_internal.h"

struct kernel_model *model_enter(struct kernel *kernel)
{
	struct kernel_model *model = (struct kernel_model *)kernel;

	pthread_mutex_lock(&model->lock);
	return model;
}

int model_leave(struct kernel_model *model, int result)
{
	pthread_mutex_unlock(&model->lock);
	return result;
}

bool model_has(const struct kernel_model *model, enum cgswap_feature feature)
{
	return model->rules.features & (1U << feature);
}

/*
 * SYS_ADMIN always includes BPF, and includes NET_ADMIN in kernels that have the attach types of
 * unix sockets.
 */
bool model_may(const struct kernel_model *model, enum kernel_capability capability)
{
	bool all = model->sys_admin == KERNEL_CAP_HELD;

	switch (capability) {
	case KERNEL_CAP_NET_ADMIN:
		return model->net_admin == KERNEL_CAP_HELD ||
		       (all && model_has(model, CGSWAP_FEATURE_UNIX_SOCKET_HOOKS));
	case KERNEL_CAP_BPF:
		return model->bpf == KERNEL_CAP_HELD || all;
	default:
		return all;
	}
}

int model_fd_grow(struct kernel_model *model)
{
	size_t capacity = model->fd_capacity ? model->fd_capacity * 2 : 64;
	struct model_fd *fds = realloc(model->fds, capacity * sizeof(*fds));

	if (!fds)
		return -ENOMEM;
	memset(fds + model->fd_capacity, 0, (capacity - model->fd_capacity) * sizeof(*fds));
	model->fds = fds;
	model->fd_capacity = capacity;
	return 0;
}

int model_fd_new(struct kernel_model *model, enum kernel_kind kind, struct model_object *object,
		 struct model_node *node)
{
	size_t fd = MODEL_FIRST_FD;

	while (fd < model->fd_capacity && model->fds[fd].kind != KERNEL_IS_CLOSED)
		fd++;
	if (fd >= model->fd_capacity && model_fd_grow(model))
		return -ENOMEM;
	if (object)
		model_ref(object);
	if (node)
		model_node_ref(node);
	model->fds[fd] = (struct model_fd){ kind, object, node };
	return (int)fd;
}

int model_fd_of_new(struct kernel_model *model, struct model_object *object)
{
	int fd = model_fd_new(model, object->kind, object, NULL);

	model_unref(model, object);
	return fd;
}

struct model_fd *model_fd_at(struct kernel_model *model, int fd)
{
	if (fd < 0 || (size_t)fd >= model->fd_capacity || model->fds[fd].kind == KERNEL_IS_CLOSED)
		return NULL;
	return &model->fds[fd];
}

struct model_node *model_node_at(struct kernel_model *model, int fd)
{
	const struct model_fd *open = model_fd_at(model, fd);

	return open ? open->node : NULL;
}

struct model_object *model_object_at(struct kernel_model *model, int fd, enum kernel_kind kind)
{
	struct model_fd *open = model_fd_at(model, fd);

	return open && open->kind == kind ? open->object : NULL;
}

int model_copy_children(char **out, struct kernel_model *model, int fd, bool directories)
{
	const struct model_node *node = model_node_at(model, fd);
	size_t size = 1;
	char *at;

	if (!node || !model_is_directory(node))
		return model_fd_at(model, fd) ? -ENOTDIR : -EBADF;
	for (const struct model_node *it = node->children; it; it = it->next)
		size += strlen(it->name) + 1;
	at = *out = malloc(size);
	if (!at)
		return -ENOMEM;
	for (const struct model_node *it = node->children; it; it = it->next)
		if (!directories || model_is_directory(it))
			at = stpcpy(at, it->name) + 1;
	*at = '\0';
	return 0;
}

void model_fd_close(struct kernel_model *model, int fd)
{
	struct model_fd *open = model_fd_at(model, fd);
	struct model_fd was;

	if (!open)
		return;
	was = *open;
	*open = (struct model_fd){ .kind = KERNEL_IS_CLOSED };
	if (was.object)
		model_unref(model, was.object);
	if (was.node)
		model_node_unref(was.node);
}

enum kernel_kind model_kind(struct kernel *kernel, int fd)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_fd *open = model_fd_at(model, fd);
	enum kernel_kind kind = open ? open->kind : KERNEL_IS_CLOSED;

	model_leave(model, 0);
	return kind;
}

int model_dup(struct kernel *kernel, int fd)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_fd *open = model_fd_at(model, fd);

	if (!open)
		return model_leave(model, -EBADF);
	return model_leave(model, model_fd_new(model, open->kind, open->object, open->node));
}

void model_close(struct kernel *kernel, int fd)
{
	struct kernel_model *model = model_enter(kernel);

	model_fd_close(model, fd);
	model_leave(model, 0);
}

/* Reads a descriptor of a program, a link or a map. */
static bool model_read_holder(struct kernel_holder *out, const struct model_fd *open)
{
	const struct model_link *link = (const struct model_link *)open->object;

	out->link_id = out->map_id = out->program_id = 0;
	if (open->kind == KERNEL_IS_PROGRAM) {
		out->program_id = open->object->id;
	} else if (open->kind == KERNEL_IS_LINK) {
		out->link_id = open->object->id;
		out->program_id = link->program->object.id;
	} else if (open->kind == KERNEL_IS_MAP) {
		out->map_id = open->object->id;
	} else {
		return false;
	}
	return true;
}

int model_holder_each(struct kernel *kernel, kernel_holder_fn fn, void *user)
{
	struct kernel_model *model = (struct kernel_model *)kernel;
	struct kernel_holder holder = { .process = (uint32_t)getpid(), .own = true };
	char command[16 + 1] = "";
	bool is = false;
	int err = 0;

	prctl(PR_GET_NAME, command);
	holder.command = command;
	for (size_t fd = MODEL_FIRST_FD; !err; fd++) {
		/* the callback may use the kernel */
		model_enter(kernel);
		if (fd >= model->fd_capacity)
			return model_leave(model, 0);
		is = model_read_holder(&holder, &model->fds[fd]);
		model_leave(model, 0);
		if (is)
			err = fn(&holder, user);
	}
	return err;
}

bool model_sees_all_processes(struct kernel *kernel)
{
	(void)kernel;
	return true;
}

int kernel_model_file(struct kernel *kernel)
{
	struct kernel_model *model = model_enter(kernel);

	return model_leave(model, model_fd_new(model, KERNEL_IS_OTHER, NULL, NULL));
}

size_t kernel_model_open_count(struct kernel *kernel)
{
	struct kernel_model *model = model_enter(kernel);
	size_t count = 0;

	for (size_t fd = MODEL_FIRST_FD; fd < model->fd_capacity; fd++)
		count += model->fds[fd].kind != KERNEL_IS_CLOSED;
	model_leave(model, 0);
	return count;
}
