/* SPDX-License-Identifier: BSD-2-Clause */
/* Several programs of one object that have one set of maps, as after a single load. */
#include <string.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "load/map_reuse_internal.h"

/* True if the old maps may both be this map of the object, by their names. */
static bool map_reuse_is_named(const struct map_view *map, const struct map_view *old)
{
	if (map->kind != old->kind || map->kind == MAP_READ_ONLY)
		return false;
	if (old->naming == MAP_NAME_WHOLE)
		return strcmp(map->name, old->name) == 0;
	return strncmp(map->name, old->name, KERNEL_NAME_SIZE - 1) == 0;
}

/* Programs that were loaded one by one have a map of a name each; those of one load have one. */
static enum cgswap_status map_reuse_check_one(const struct map_reuse *reuse, size_t index)
{
	const struct program_maps *olds = &reuse->old_maps;
	const struct map_reuse_map *map = &reuse->maps[index];
	bool is_new = reuse->request.maps == CGSWAP_MAPS_NEW &&
		      !map_spec_holds_programs(&reuse->views[index].spec);
	size_t first = olds->count;

	if (map->choice ? map->choice->kind != MAP_CHOICE_OLD : is_new || map->filled)
		return CGSWAP_OK;
	for (size_t i = 0; i < olds->count; i++) {
		if (!map_reuse_is_named(&reuse->views[index], &olds->maps[i]))
			continue;
		if (first == olds->count)
			first = i;
		else if (olds->owners[i] != olds->owners[first])
			return map_reuse_error_two_olds(reuse, index, first, i);
	}
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_add_olds(struct map_reuse *reuse)
{
	const struct load_request *request = &reuse->request;
	enum cgswap_status status = CGSWAP_OK;
	size_t own = reuse->old_maps.count;

	if (!request->old_count)
		return CGSWAP_OK;
	for (size_t i = 0; i < request->old_count && !status; i++)
		status = program_maps_add(&reuse->old_maps, request->olds[i]);
	/* the maps of one program only cannot be two of one name from two loads */
	for (size_t i = 0; i < reuse->count && reuse->old_maps.count > own && !status; i++)
		status = map_reuse_check_one(reuse, i);
	/* each program of a set has its own maps to lose */
	if (!request->one_set)
		reuse->old_maps.own_count = reuse->old_maps.count;
	return status;
}

/* Opens a new map of the load, or leaves NULL for one that was there before. */
static enum cgswap_status map_reuse_take_made(struct map_fd **out, struct map_reuse *reuse,
					      size_t index)
{
	struct kernel *kernel = reuse->request.kernel;
	int err, fd = reuse->kmaps[index].made;

	*out = NULL;
	if (fd < 0)
		return CGSWAP_OK;
	reuse->kmaps[index].made = -1;
	err = map_fd_adopt(out, kernel, fd);
	if (!err)
		return CGSWAP_OK;
	return error_from_errno(kernel, CAPABILITY_TO_LOAD, -err,
				"map '%.100s'{map} of '%.300s'{path} cannot be kept open",
				reuse->maps[index].name, reuse->request.path);
}

/* The initial values of a map of maps need the map, or a called program does. */
static enum cgswap_status map_reuse_add_indirect(struct map_reuse *reuse, size_t index,
						 struct map_fd *map)
{
	const struct map_reuse_map *from = &reuse->maps[index];
	struct indirect_map *one = indirect_map_new(from->name, from->id, map);

	if (!one) {
		map_fd_close(map);
		return error_no_memory();
	}
	one->reused = from->reused;
	one->next = reuse->indirect;
	reuse->indirect = one;
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_hold_made(struct map_reuse *reuse, const struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->count && !status; i++) {
		uint32_t id = reuse->maps[i].id;
		struct map_fd *map;

		/* an array that the source fills is known by its pin */
		if (!id || reuse->maps[i].borrowed ||
		    (reuse->maps[i].filled && !program_uses_map(program, id)))
			continue;
		status = map_reuse_take_made(&map, reuse, i);
		if (status)
			return status;
		if (!program_uses_map(program, id)) {
			status = map_reuse_add_indirect(reuse, i, map);
			continue;
		}
		if (map)
			program_hold_map(program, id, map);
		map_fd_close(map);
	}
	return status;
}
