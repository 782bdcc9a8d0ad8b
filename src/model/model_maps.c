/* SPDX-License-Identifier: BSD-2-Clause */
/* Maps of a simulated kernel, and the BTF that describes them. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

/* ---- BTF ------------------------------------------------------------------------------------- */

/* Copies the object's BTF, with one reference, the caller's; *out is NULL if it has none. */
static int model_btf_new(struct model_btf **out, struct kernel_model *model,
			 const struct bpf_object *object)
{
	const struct btf *btf = bpf_object__btf(object);
	const void *data;
	uint32_t size;

	*out = NULL;
	if (!btf)
		return 0;
	data = btf__raw_data(btf, &size);
	*out = data ? malloc(sizeof(**out) + size) : NULL;
	if (!*out)
		return -ENOMEM;
	**out = (struct model_btf){ .refs = 1, .id = model->next_btf++, .size = size };
	memcpy((*out)->data, data, size);
	return 0;
}

static struct model_btf *model_btf_ref(struct model_btf *btf)
{
	if (btf)
		btf->refs++;
	return btf;
}

void model_btf_unref(struct model_btf *btf)
{
	if (btf && !--btf->refs)
		free(btf);
}

static const struct model_btf *model_btf_find(const struct kernel_model *model, uint32_t id)
{
	for (uint32_t i = 1; i < model->programs.next; i++) {
		const struct model_program *program = (struct model_program *)
							      model->programs.objects[i];

		if (program && program->btf && program->btf->id == id)
			return program->btf;
	}
	for (uint32_t i = 1; i < model->maps.next; i++) {
		const struct model_map *map = (struct model_map *)model->maps.objects[i];

		if (map && map->btf && map->btf->id == id)
			return map->btf;
	}
	return NULL;
}

int model_btf_bytes(struct kernel *kernel, uint32_t id, void *out, uint32_t capacity,
		    uint32_t *size)
{
	struct kernel_model *model = model_enter(kernel);
	const struct model_btf *btf;

	if (!model_may(model, KERNEL_CAP_SYS_ADMIN))
		return model_leave(model, -EPERM);
	btf = model_btf_find(model, id);
	if (!btf)
		return model_leave(model, -ENOENT);
	*size = btf->size;
	memcpy(out, btf->data, btf->size < capacity ? btf->size : capacity);
	return model_leave(model, 0);
}

/* ---- maps ------------------------------------------------------------------------------------ */

static void model_map_free(struct kernel_model *model, struct model_object *object)
{
	struct model_map *map = (struct model_map *)object;

	(void)model;
	model_btf_unref(map->btf);
	free(map->value);
}

static struct model_map *model_map_new(struct kernel_model *model, const char *name)
{
	struct model_map *map = (struct model_map *)model_object_new(model, KERNEL_IS_MAP,
								     sizeof(*map), model_map_free);

	if (!map)
		return NULL;
	map->info.id = map->object.id;
	snprintf(map->info.name, sizeof(map->info.name), "%s", name);
	return map;
}

static int model_map_bind(struct model_program *program, struct model_map *map)
{
	struct kernel_program *info = &program->info;

	for (uint32_t i = 0; i < info->map_count; i++)
		if (info->map_ids[i] == map->object.id)
			return 0;
	if (info->map_count == KERNEL_MAPS_MAX)
		return -E2BIG;
	info->map_ids[info->map_count++] = map->object.id;
	model_ref(&map->object);
	return 0;
}

int kernel_model_map_new(struct kernel *kernel, const char *name)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_map *map = model_map_new(model, name);

	return model_leave(model, map ? model_fd_of_new(model, &map->object) : -ENOMEM);
}

int kernel_model_bind_map(struct kernel *kernel, int program_fd, int map_fd)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_object *program = model_object_at(model, program_fd, KERNEL_IS_PROGRAM);
	struct model_object *map = model_object_at(model, map_fd, KERNEL_IS_MAP);

	if (!program || !map)
		return model_leave(model, -EINVAL);
	return model_leave(
		model, model_map_bind((struct model_program *)program, (struct model_map *)map));
}

/* ---- maps of an object
 * ----------------------------------------------------------------------------- */

static uint32_t model_section_id(const struct bpf_map *map, const struct model_btf *btf,
				 const struct bpf_object *object)
{
	const char *section = strchr(bpf_map__name(map), '.');
	int id;

	if (!btf || !section)
		return 0;
	id = btf__find_by_name_kind(bpf_object__btf(object), section, BTF_KIND_DATASEC);
	return id > 0 ? (uint32_t)id : 0;
}

/* Sets variables to their values in the file; no program runs here that could change them. */
static int model_map_set_value(struct model_map *made, const struct bpf_map *map)
{
	size_t size;
	const void *value = bpf_map__initial_value((struct bpf_map *)map, &size);

	if (!value || size != made->info.value_size)
		return 0;
	made->value = malloc(size);
	if (!made->value)
		return -ENOMEM;
	memcpy(made->value, value, size);
	return 0;
}

static int model_map_from_object(struct model_map **out, struct kernel_model *model,
				 const struct bpf_map *map, struct model_btf *btf,
				 const struct bpf_object *object)
{
	struct model_map *made = model_map_new(model, bpf_map__name(map));
	struct kernel_map *info;
	int err = 0;

	*out = made;
	if (!made)
		return -ENOMEM;
	info = &made->info;
	info->type = bpf_map__type(map);
	info->key_size = bpf_map__key_size(map);
	info->value_size = bpf_map__value_size(map);
	info->max_entries = bpf_map__max_entries(map);
	info->flags = bpf_map__map_flags(map);
	info->btf_key_type_id = bpf_map__btf_key_type_id(map);
	info->btf_value_type_id = bpf_map__btf_value_type_id(map);
	if (bpf_map__is_internal(map)) {
		info->btf_value_type_id = model_section_id(map, btf, object);
		err = model_map_set_value(made, map);
	}
	if (info->btf_value_type_id) {
		made->btf = model_btf_ref(btf);
		info->btf_id = btf ? btf->id : 0;
	}
	return err;
}

/* Makes one map or uses the given one, and numbers storage maps, which LINK_UPDATE may compare. */
static int model_load_map(struct kernel_model *model, struct model_program *program,
			  struct bpf_object *object, struct kernel_object_map *map)
{
	struct model_map *used;
	int err = 0;

	if (map->use >= 0) {
		used = (struct model_map *)model_object_at(model, map->use, KERNEL_IS_MAP);
		if (!used)
			return -EINVAL;
		model_ref(&used->object);
	} else {
		err = model_map_from_object(&used, model, map->map, program->btf, object);
	}
	if (!used)
		return err;
	if (!err)
		err = model_map_bind(program, used);
	if (!err && map->use < 0) {
		map->made = model_fd_new(model, KERNEL_IS_MAP, &used->object, NULL);
		err = map->made < 0 ? map->made : 0;
	}
	if (used->info.type == BPF_MAP_TYPE_CGROUP_STORAGE ||
	    used->info.type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE)
		program->rules.storages = used->object.id;
	model_unref(model, &used->object);
	return err;
}

void model_unload_maps(struct kernel_model *model, struct kernel_object_map *maps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (maps[i].made >= 0)
			model_fd_close(model, maps[i].made);
		maps[i].made = -1;
	}
}

int model_load_maps(struct kernel_model *model, struct model_program *program,
		    struct bpf_object *object, struct kernel_object_map *maps, size_t count)
{
	int err = model_btf_new(&program->btf, model, object);

	program->info.btf_id = program->btf ? program->btf->id : 0;
	for (size_t i = 0; i < count && !err; i++)
		err = model_load_map(model, program, object, &maps[i]);
	if (err)
		model_unload_maps(model, maps, count);
	return err;
}

/* ---- info -------------------------------------------------------------------------------------
 */

int model_map_info(struct kernel *kernel, int fd, struct kernel_map *out)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_object *map = model_object_at(model, fd, KERNEL_IS_MAP);

	memset(out, 0, sizeof(*out));
	if (!map)
		return model_leave(model, model_fd_at(model, fd) ? -EINVAL : -EBADF);
	*out = ((struct model_map *)map)->info;
	return model_leave(model, 0);
}

/* No program runs here, so a map is empty unless it has the variables of an object. */
int model_map_lookup(struct kernel *kernel, int fd, const void *key, void *value)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_map *map = (struct model_map *)model_object_at(model, fd, KERNEL_IS_MAP);
	uint32_t index;

	if (!map)
		return model_leave(model, model_fd_at(model, fd) ? -EINVAL : -EBADF);
	if (!map->value)
		return model_leave(model, -ENOENT);
	memcpy(&index, key, sizeof(index));
	if (index)
		return model_leave(model, -ENOENT);
	memcpy(value, map->value, map->info.value_size);
	return model_leave(model, 0);
}

int model_map_next_key(struct kernel *kernel, int fd, const void *key, void *next)
{
	struct kernel_model *model = model_enter(kernel);
	const struct model_object *map = model_object_at(model, fd, KERNEL_IS_MAP);

	if (!map)
		return model_leave(model, model_fd_at(model, fd) ? -EINVAL : -EBADF);
	if (key || !((const struct model_map *)map)->value)
		return model_leave(model, -ENOENT);
	memset(next, 0, ((const struct model_map *)map)->info.key_size);
	return model_leave(model, 0);
}

/* A program takes a page, and a map the space of its keys and values. */
int model_memory(struct kernel *kernel, int fd, uint64_t *bytes)
{
	struct kernel_map info;

	*bytes = 4096;
	if (kernel->ops->kind(kernel, fd) == KERNEL_IS_PROGRAM)
		return 0;
	if (kernel->ops->map_info(kernel, fd, &info))
		return -EBADF;
	*bytes = (uint64_t)info.max_entries * (info.key_size + info.value_size);
	return 0;
}
