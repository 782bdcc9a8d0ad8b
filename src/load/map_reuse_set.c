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

enum cgswap_status map_reuse_hold_made(struct map_reuse *reuse, const struct program *program)
{
	struct kernel *kernel = reuse->request.kernel;

	for (size_t i = 0; i < reuse->count; i++) {
		int err, fd = reuse->kmaps[i].made;
		struct map_fd *map;

		if (fd < 0 || !program_uses_map(program, reuse->maps[i].id))
			continue;
		reuse->kmaps[i].made = -1;
		err = map_fd_adopt(&map, kernel, fd);
		if (err)
			return error_from_errno(
				kernel, CAPABILITY_TO_LOAD, -err,
				"map '%.100s'{map} of '%.300s'{path} cannot be kept open",
				reuse->maps[i].name, reuse->request.path);
		program_hold_map(program, map->info.id, map);
		map_fd_close(map);
	}
	return CGSWAP_OK;
}
