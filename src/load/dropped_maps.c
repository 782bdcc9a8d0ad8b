/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/dropped_maps.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "load/program_maps.h"
#include "kernel/errno_error.h"

/* The name of the section in the name of a map of globals; NULL for any other map. */
static const char *dropped_maps_section(const struct kernel_map *map)
{
	const char *section = strchr(map->name, '.');

	if (map->type != BPF_MAP_TYPE_ARRAY || map->max_entries != 1 || !section)
		return NULL;
	return map_section_kind(section) == MAP_ORDINARY ? NULL : section;
}

/* Adds a map by its kernel name, unless it is read-only data. Sets *cut if the name may be cut. */
static int dropped_maps_add(struct dropped_maps *dropped, const struct program *old, size_t index,
			    bool *cut)
{
	struct dropped_map *out = &dropped->maps[dropped->count];
	const char *section = NULL, *name = "";
	struct map_fd *map;
	int err = program_open_map(&map, old, index);

	if (error_is_exhaustion(err))
		return err;
	if (!err) {
		section = dropped_maps_section(&map->info);
		name = map->info.name;
	}
	if (section && map_section_kind(section) == MAP_READ_ONLY) {
		dropped->read_only = true;
		return 0;
	}
	*cut |= !section && strlen(name) == KERNEL_NAME_SIZE - 1;
	snprintf(out->name, sizeof(out->name), "%s", name);
	out->id = old->info.map_ids[index];
	dropped->count++;
	return 0;
}

/* Without BTF, or the privilege to open it, the names stay as the kernel cut them. */
static void dropped_maps_read_names(struct dropped_maps *dropped, const struct program *old)
{
	struct program_maps program_maps;

	if (program_maps_open(&program_maps, old, NULL)) {
		error_clear();
		return;
	}
	for (size_t i = 0; i < dropped->count; i++)
		for (size_t j = 0; j < program_maps.count; j++)
			if (program_maps.ids[j] == dropped->maps[i].id &&
			    program_maps.maps[j].kind == MAP_ORDINARY &&
			    program_maps.maps[j].naming == MAP_NAME_WHOLE)
				snprintf(dropped->maps[i].name, sizeof(dropped->maps[i].name), "%s",
					 program_maps.maps[j].name);
	program_maps_close(&program_maps);
}

static int dropped_maps_compare_ids(const void *a, const void *b)
{
	const struct dropped_map *left = a, *right = b;

	return left->id < right->id ? -1 : left->id > right->id;
}

static enum cgswap_status dropped_maps_compute(struct dropped_maps *dropped,
					       const struct program *old, const struct program *new)
{
	bool cut = false;
	int err = 0;

	for (size_t i = 0; i < old->info.map_count && !err; i++)
		if (!program_uses_map(new, old->info.map_ids[i]))
			err = dropped_maps_add(dropped, old, i, &cut);
	if (err)
		return error_from_errno(old->kernel, CAPABILITY_BY_ID, -err,
					"the maps of program %u{program_id} cannot be read",
					old->info.id);
	if (cut)
		dropped_maps_read_names(dropped, old);
	/* ascending ids, so that reports are reproducible */
	qsort(dropped->maps, dropped->count, sizeof(*dropped->maps), dropped_maps_compare_ids);
	return CGSWAP_OK;
}

static uint64_t dropped_maps_hash(const struct program *old, const struct program *new)
{
	return hash_number((uint64_t)old->info.id << 32 | new->info.id);
}

static bool dropped_maps_is_pair(const void *item, const void *key)
{
	const struct dropped_maps *dropped = item, *wanted = key;

	return dropped->old_id == wanted->old_id && dropped->new_id == wanted->new_id;
}

enum cgswap_status dropped_maps_read(const struct dropped_maps **out, struct hash_index *pairs,
				     const struct program *old, const struct program *new)
{
	const struct dropped_maps pair = { .old_id = old->info.id, .new_id = new->info.id };
	struct dropped_maps *dropped;
	enum cgswap_status status;

	*out = hash_index_find(pairs, dropped_maps_hash(old, new), dropped_maps_is_pair, &pair);
	if (*out)
		return CGSWAP_OK;
	dropped = calloc(1, sizeof(*dropped) + old->info.map_count * sizeof(*dropped->maps));
	if (!dropped || hash_index_reserve(pairs, 1)) {
		free(dropped);
		return error_no_memory();
	}
	*dropped = pair;
	status = dropped_maps_compute(dropped, old, new);
	if (status) {
		free(dropped);
		return status;
	}
	hash_index_add(pairs, dropped_maps_hash(old, new), dropped);
	*out = dropped;
	return CGSWAP_OK;
}

const struct dropped_map *dropped_maps_at(const struct dropped_maps *dropped, size_t index)
{
	return index < dropped->count ? &dropped->maps[index] : NULL;
}

void dropped_maps_free(struct hash_index *pairs)
{
	hash_index_free(pairs, free);
}
