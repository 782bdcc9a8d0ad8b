/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/dropped_maps.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "load/program_maps.h"
#include "kernel/errno_error.h"

/* Where its section begins in the name of a map of variables or constants; NULL: it is another. */
static const char *globals_section(const struct kernel_map *map)
{
	const char *section = strchr(map->name, '.');

	if (map->type != BPF_MAP_TYPE_ARRAY || map->max_entries != 1 || !section)
		return NULL;
	return map_section_kind(section) == MAP_ORDINARY ? NULL : section;
}

/* Adds it, unless it is read-only, by the kernel's name of it; *cut if there may be more of that.
 */
static int dropped_maps_add(struct dropped_maps *lost, struct kernel *kernel, uint32_t id,
			    bool *cut)
{
	struct dropped_map *out = &lost->maps[lost->count];
	int fd = kernel->ops->map_by_id(kernel, id);
	struct kernel_map map = { .id = id };
	const char *section;
	int err = fd < 0 ? fd : kernel->ops->map_info(kernel, fd, &map);

	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	if (error_is_exhaustion(err))
		return err;
	section = err ? NULL : globals_section(&map);
	if (section && map_section_kind(section) == MAP_READ_ONLY)
		return 0;
	*cut |= !section && strlen(map.name) == KERNEL_NAME_SIZE - 1;
	snprintf(out->name, sizeof(out->name), "%s", map.name);
	out->id = id;
	lost->count++;
	return 0;
}

/* Where BTF does not tell, or may not be asked, the names that the kernel has must do. */
static void dropped_map_full_name(struct dropped_maps *lost, const struct program *old)
{
	struct program_maps program_maps;

	if (program_maps_open(&program_maps, old->kernel, &old->info)) {
		error_clear();
		return;
	}
	for (size_t i = 0; i < lost->count; i++)
		for (size_t j = 0; j < program_maps.count; j++)
			if (program_maps.ids[j] == lost->maps[i].id &&
			    program_maps.maps[j].kind == MAP_ORDINARY &&
			    program_maps.maps[j].naming == MAP_NAME_WHOLE)
				snprintf(lost->maps[i].name, sizeof(lost->maps[i].name), "%s",
					 program_maps.maps[j].name);
	program_maps_close(&program_maps);
}

static int compare_dropped_ids(const void *a, const void *b)
{
	const struct dropped_map *left = a, *right = b;

	return left->id < right->id ? -1 : left->id > right->id;
}

static enum cgswap_status dropped_maps_compute(struct dropped_maps *lost, const struct program *old,
					       const struct program *new)
{
	bool cut = false;
	int err = 0;

	for (size_t i = 0; i < old->info.map_count && !err; i++)
		if (!program_uses_map(new, old->info.map_ids[i]))
			err = dropped_maps_add(lost, old->kernel, old->info.map_ids[i], &cut);
	if (err)
		return error_from_errno(old->kernel, CAPABILITY_BY_ID, -err,
					"the maps of program %u cannot be looked at", old->info.id);
	if (cut)
		dropped_map_full_name(lost, old);
	/* in the order in which they were made: what is said of them is the same every time */
	qsort(lost->maps, lost->count, sizeof(*lost->maps), compare_dropped_ids);
	return CGSWAP_OK;
}

enum cgswap_status dropped_maps_read(const struct dropped_maps **out, struct dropped_maps **list,
				     const struct program *old, const struct program *new)
{
	enum cgswap_status status;
	struct dropped_maps *lost;

	for (lost = *list; lost; lost = lost->next)
		if (lost->old_id == old->info.id && lost->new_id == new->info.id)
			break;
	*out = lost;
	if (lost)
		return CGSWAP_OK;
	lost = calloc(1, sizeof(*lost) + old->info.map_count * sizeof(*lost->maps));
	if (!lost)
		return error_no_memory();
	lost->old_id = old->info.id;
	lost->new_id = new->info.id;
	status = dropped_maps_compute(lost, old, new);
	if (status) {
		free(lost);
		return status;
	}
	lost->next = *list;
	*list = lost;
	*out = lost;
	return CGSWAP_OK;
}

const struct dropped_map *dropped_maps_at(const struct dropped_maps *lost, size_t index)
{
	return index < lost->count ? &lost->maps[index] : NULL;
}

void dropped_maps_free(struct dropped_maps *list)
{
	struct dropped_maps *lost;

	while ((lost = list)) {
		list = lost->next;
		free(lost);
	}
}
