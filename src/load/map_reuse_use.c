/* SPDX-License-Identifier: BSD-2-Clause */
/* Reuses a map of the old program. */
#include "load/map_reuse_internal.h"

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
	return CGSWAP_OK;
}
