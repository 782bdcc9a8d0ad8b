/* SPDX-License-Identifier: BSD-2-Clause */
/* Reuses a map of the old program. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "load/map_reuse_internal.h"
#include "program/map_pin.h"

enum cgswap_status map_reuse_leave_pin(struct map_reuse *reuse, size_t index, uint32_t id)
{
	const struct load_request *request = &reuse->request;
	struct map_reuse_map *map = &reuse->maps[index];
	char path[4096], reason[128];
	int err;

	if (!map->pin || map->pinned >= 0)
		return CGSWAP_OK;
	err = map_pin_search(path, sizeof(path), request->kernel, request->bpffs, id);
	if (err == -ENOENT)
		return CGSWAP_OK;
	if (err)
		return error_from_errno(request->kernel, CAPABILITY_TO_LOAD, -err,
					"the pin of map '%.100s'{map} cannot be searched for",
					map->name);
	free(map->pin);
	map->pin = NULL;
	snprintf(reason, sizeof(reason), "%s", map->reason);
	snprintf(map->counted, sizeof(map->counted), "%s, pinned at '%.200s'", reason, path);
	map->reason = map->counted;
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_use_old(struct map_reuse *reuse, size_t index)
{
	struct map_reuse_map *map = &reuse->maps[index];
	size_t old = reuse->matches[index].old;

	if (map->pinned >= 0 && map->pinned_id != reuse->old_maps.ids[old])
		return map_reuse_error_pin_differs(reuse, index);
	reuse->kmaps[index].use = reuse->old_maps.fds[old]->fd;
	map->reason = PROGRAM_MAP_SAME;
	map->reused = true;
	if (reuse->matches[index].by_cut_name)
		map->reason = PROGRAM_MAP_SAME ", by the first 15 characters of its name";
	if (reuse->old_maps.maps[old].slots)
		map_reuse_count_array(reuse, index);
	return map_reuse_leave_pin(reuse, index, reuse->old_maps.ids[old]);
}
