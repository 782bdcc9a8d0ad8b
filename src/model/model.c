/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of operations of a simulated kernel. */
#include "model/model.h"

#include <errno.h>
#include <stdlib.h>

#include "model/model_internal.h"

/* ---- by id ----------------------------------------------------------------------------------- */

static int model_open_by_id(struct kernel *kernel, enum kernel_kind kind, uint32_t id)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_object *object;

	if (kind == KERNEL_IS_LINK && !model_has(model, CGSWAP_FEATURE_LINK_ID))
		return model_leave(model, -EINVAL);
	if (!model_may(model, KERNEL_CAP_SYS_ADMIN))
		return model_leave(model, -EPERM);
	object = model_object_by_id(model, kind, id);
	if (!object)
		return model_leave(model, -ENOENT);
	return model_leave(model, model_fd_new(model, kind, object, NULL));
}

static int model_program_by_id(struct kernel *kernel, uint32_t id)
{
	return model_open_by_id(kernel, KERNEL_IS_PROGRAM, id);
}

static int model_link_by_id(struct kernel *kernel, uint32_t id)
{
	return model_open_by_id(kernel, KERNEL_IS_LINK, id);
}

static int model_map_by_id(struct kernel *kernel, uint32_t id)
{
	return model_open_by_id(kernel, KERNEL_IS_MAP, id);
}

static int model_next_id(const struct kernel_model *model, const struct model_table *table,
			 uint32_t id, uint32_t *next)
{
	if (!model_may(model, KERNEL_CAP_SYS_ADMIN))
		return -EPERM;
	while (++id < table->next)
		if (table->objects[id]) {
			*next = id;
			return 0;
		}
	return -ENOENT;
}

static int model_next_program(struct kernel *kernel, uint32_t id, uint32_t *next)
{
	struct kernel_model *model = model_enter(kernel);

	return model_leave(model, model_next_id(model, &model->programs, id, next));
}

static int model_next_link(struct kernel *kernel, uint32_t id, uint32_t *next)
{
	struct kernel_model *model = model_enter(kernel);

	if (!model_has(model, CGSWAP_FEATURE_LINK_ID))
		return model_leave(model, -EINVAL);
	return model_leave(model, model_next_id(model, &model->links, id, next));
}

/* ---- capabilities ---------------------------------------------------------------------------- */

static enum kernel_standing *model_standing_of(struct kernel_model *model,
					       enum kernel_capability capability)
{
	switch (capability) {
	case KERNEL_CAP_NET_ADMIN:
		return &model->net_admin;
	case KERNEL_CAP_BPF:
		return &model->bpf;
	case KERNEL_CAP_PERFMON:
		return &model->perfmon;
	default:
		return &model->sys_admin;
	}
}

static enum kernel_standing model_capability(struct kernel *kernel,
					     enum kernel_capability capability)
{
	struct kernel_model *model = model_enter(kernel);
	enum kernel_standing standing = *model_standing_of(model, capability);

	model_leave(model, 0);
	return standing;
}

/* The model has capabilities, but no policies. */
static const char *model_denied(struct kernel *kernel, int errnum)
{
	(void)kernel;
	(void)errnum;
	return NULL;
}

static bool model_is_filtered(struct kernel *kernel)
{
	(void)kernel;
	return false;
}

void kernel_model_set_capability(struct kernel *kernel, enum kernel_capability capability,
				 enum kernel_standing standing)
{
	struct kernel_model *model = model_enter(kernel);

	*model_standing_of(model, capability) = standing;
	model->rules.net_admin = model_may(model, KERNEL_CAP_NET_ADMIN);
	model_leave(model, 0);
}

void kernel_model_set_compares_storages(struct kernel *kernel, bool compares)
{
	struct kernel_model *model = model_enter(kernel);

	model->rules.compares_storages = compares;
	model_leave(model, 0);
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static int model_drain(struct kernel *kernel)
{
	(void)kernel;
	return 0;
}

static void model_free(struct kernel *kernel)
{
	struct kernel_model *model = (struct kernel_model *)kernel;

	for (size_t fd = 0; fd < model->fd_capacity; fd++)
		model_fd_close(model, (int)fd);
	model_tree_free(model);
	free(model->fds);
	free(model->programs.objects);
	free(model->maps.objects);
	free(model->links.objects);
	pthread_mutex_destroy(&model->lock);
	free(model);
}

static const struct kernel_ops model_ops = {
	.name = "model",
	.attach = model_attach,
	.detach = model_detach,
	.query = model_query,
	.link_create = model_link_create,
	.link_update = model_link_update,
	.link_detach = model_link_detach,
	.load = model_load,
	.load_object = model_load_object,
	.program_by_id = model_program_by_id,
	.link_by_id = model_link_by_id,
	.map_by_id = model_map_by_id,
	.next_program = model_next_program,
	.next_link = model_next_link,
	.program_info = model_program_info,
	.link_info = model_link_info,
	.map_info = model_map_info,
	.map_lookup = model_map_lookup,
	.map_next_key = model_map_next_key,
	.btf_bytes = model_btf_bytes,
	.program_full_name = model_program_full_name,
	.pin_open = model_pin_open,
	.pin = model_pin,
	.unpin = model_unpin,
	.pin_move = model_pin_move,
	.pin_lock = model_pin_lock,
	.pin_unlock = model_pin_unlock,
	.pin_access = model_pin_access,
	.pin_names = model_pin_names,
	.pin_directory_make = model_pin_directory_make,
	.pin_directory_remove = model_pin_directory_remove,
	.pin_list = model_pin_list,
	.drain = model_drain,
	.kind = model_kind,
	.dup = model_dup,
	.close = model_close,
	.cgroup_open = model_cgroup_open,
	.cgroup_open_mount = model_cgroup_open,
	.cgroup_by_id = model_cgroup_by_id,
	.cgroup_parent = model_cgroup_parent,
	.cgroup_id = model_cgroup_id,
	.cgroup_path = model_cgroup_path,
	.cgroup_make = model_cgroup_make,
	.cgroup_remove = model_cgroup_remove,
	.cgroup_leftover = model_cgroup_leftover,
	.cgroup_children = model_cgroup_children,
	.capability = model_capability,
	.denied = model_denied,
	.is_filtered = model_is_filtered,
	.mounts = model_mounts,
	.cgroup_own = model_cgroup_own,
	.cgroup_is_root = model_cgroup_is_root,
	.bpffs_each = model_bpffs_each,
	.is_bpffs = model_is_bpffs,
	.bpffs_id = model_bpffs_id,
	.boot_id = model_boot_id,
	.memory = model_memory,
	.holder_each = model_holder_each,
	.sees_all_processes = model_sees_all_processes,
	.free = model_free,
};

struct kernel *kernel_model_new(uint32_t disable_features)
{
	struct kernel_model *model = calloc(1, sizeof(*model));

	if (!model)
		return NULL;
	model->kernel.ops = &model_ops;
	pthread_mutex_init(&model->lock, NULL);
	model->rules.features = ~disable_features;
	model->rules.net_admin = true;
	model->net_admin = model->sys_admin = model->bpf = model->perfmon = KERNEL_CAP_HELD;
	model->programs.next = model->maps.next = model->links.next = model->next_btf = 1;
	if (model_fd_grow(model) || model_tree_init(model)) {
		model_free(&model->kernel);
		return NULL;
	}
	for (int fd = 0; fd < MODEL_FIRST_FD; fd++)
		model->fds[fd].kind = KERNEL_IS_OTHER;
	return &model->kernel;
}
