/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/metadata.h"

#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/kernel_btf.h"
#include "kernel/map_fd.h"

static const char PREFIX[] = "bpf_metadata_";

enum {
	PREFIX_LENGTH = sizeof(PREFIX) - 1,
	MOST_ITEMS = 256, /* a limit for hostile BTF */
	LONGEST_NAME = 128
};

static bool metadata_has(const struct metadata *metadata, const char *name, size_t length)
{
	for (size_t i = 0; i < metadata->count; i++)
		if (strlen(metadata->items[i].name) == length &&
		    memcmp(metadata->items[i].name, name, length) == 0)
			return true;
	return false;
}

static int metadata_append(struct metadata *metadata, const char *name, size_t length, char *value)
{
	struct metadata_item *items;
	char *copy = malloc(length + 1);

	items = realloc(metadata->items, (metadata->count + 1) * sizeof(*items));
	if (items)
		metadata->items = items;
	if (!items || !copy || !value) {
		free(copy);
		free(value);
		return -ENOMEM;
	}
	memcpy(copy, name, length);
	copy[length] = '\0';
	items[metadata->count++] = (struct metadata_item){ copy, value };
	return 0;
}

/* Returns the name without its prefix; NULL without the prefix, or if it is not a name in C. */
static const char *metadata_variable(const struct btf *btf, const struct btf_type *variable)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_.$";
	const char *name = btf__name_by_offset(btf, variable->name_off);

	if (!name || strncmp(name, PREFIX, PREFIX_LENGTH) != 0)
		return NULL;
	name += PREFIX_LENGTH;
	return *name && !name[strspn(name, allowed)] ? name : NULL;
}

int metadata_add(struct metadata *metadata, const struct btf *btf, uint32_t section,
		 const void *bytes, size_t size)
{
	const struct btf_type *datasec = btf__type_by_id(btf, section), *variable;
	const struct btf_var_secinfo *info;
	int err = 0;

	if (!datasec || !btf_is_datasec(datasec))
		return 0;
	info = btf_var_secinfos(datasec);
	for (uint32_t i = 0; i < btf_vlen(datasec) && !err; i++, info++) {
		const char *name = NULL;
		size_t length;

		variable = btf__type_by_id(btf, info->type);
		if (variable && btf_is_var(variable))
			name = metadata_variable(btf, variable);
		if (!name || info->offset > size || info->size > size - info->offset)
			continue;
		length = strnlen(name, LONGEST_NAME);
		if (metadata->count == MOST_ITEMS || metadata_has(metadata, name, length))
			continue;
		err = metadata_append(metadata, name, length,
				      metadata_text(btf, variable->type,
						    (const char *)bytes + info->offset,
						    info->size));
	}
	return err;
}

/* True for a map that may hold constants: libbpf makes an array of one element with BTF. */
static bool metadata_may_be_in(const struct kernel_map *map)
{
	return map->type == BPF_MAP_TYPE_ARRAY && map->key_size == sizeof(uint32_t) &&
	       map->max_entries == 1 && map->btf_id && map->btf_value_type_id;
}

static bool metadata_section_is_read_only(const struct btf *btf, uint32_t section)
{
	const struct btf_type *datasec = btf__type_by_id(btf, section);
	const char *name = datasec ? btf__name_by_offset(btf, datasec->name_off) : NULL;

	return name && strncmp(name, ".rodata", 7) == 0;
}

static int metadata_add_content(struct metadata *metadata, struct kernel *kernel, int fd,
				const struct kernel_map *map, const struct btf *btf)
{
	const uint32_t key = 0;
	void *bytes;
	int err;

	if (!metadata_section_is_read_only(btf, map->btf_value_type_id))
		return 0;
	bytes = calloc(1, map->value_size ? map->value_size : 1);
	if (!bytes)
		return -ENOMEM;
	err = kernel->ops->map_lookup(kernel, fd, &key, bytes);
	if (!err)
		err = metadata_add(metadata, btf, map->btf_value_type_id, bytes, map->value_size);
	free(bytes);
	return err;
}

static int metadata_add_map(struct metadata *metadata, struct kernel *kernel, uint32_t id)
{
	struct btf *btf = NULL;
	struct map_fd *map;
	int err = map_fd_open(&map, kernel, id);

	if (!err && metadata_may_be_in(&map->info)) {
		err = kernel_btf_read(&btf, kernel, map->info.btf_id);
		if (!err)
			err = metadata_add_content(metadata, kernel, map->fd, &map->info, btf);
		btf__free(btf);
	}
	map_fd_close(map);
	return err;
}

int metadata_add_program(struct metadata *metadata, struct kernel *kernel,
			 const struct kernel_program *program)
{
	for (uint32_t i = 0; i < program->map_count; i++) {
		int err = metadata_add_map(metadata, kernel, program->map_ids[i]);

		if (error_is_exhaustion(err))
			return err;
	}
	return 0;
}

void metadata_free(struct metadata *metadata)
{
	for (size_t i = 0; i < metadata->count; i++) {
		free(metadata->items[i].name);
		free(metadata->items[i].value);
	}
	free(metadata->items);
	*metadata = (struct metadata){ 0 };
}

const char *metadata_name(const struct metadata *metadata, size_t index)
{
	return index < metadata->count ? metadata->items[index].name : "";
}

const char *metadata_value(const struct metadata *metadata, size_t index)
{
	return index < metadata->count ? metadata->items[index].value : "";
}
