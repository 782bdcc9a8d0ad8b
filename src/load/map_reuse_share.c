/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs of one object that are attached together share its new maps, as after a single load. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "load/map_reuse.h"
#include "kernel/errno_error.h"

static const char SHARED_NEW[] = "new: shared with another step";
static const char SHARED_SET[] = "new: shared with another program of the object";
static const char NOT_SHARED[] = "new: another step's map cannot be opened by its id";
static const char SHARED_OLD[] = "reused from another step's old program";

/* True if this map would be new, and may be shared instead. */
static bool map_reuse_may_share(const struct map_reuse *reuse, size_t index)
{
	const struct map_view *view = &reuse->views[index];

	if (reuse->kmaps[index].use >= 0 || reuse->maps[index].pin)
		return false;
	/* one load has one map of each kind; each load fills an array with programs of its own */
	return (reuse->request.one_set && !reuse->maps[index].filled) ||
	       (view->kind != MAP_READ_ONLY && !map_spec_is_unshared(&view->spec));
}

static enum cgswap_status map_reuse_borrow(struct map_reuse *reuse, size_t index, uint32_t id,
					   bool reused)
{
	const struct load_request *request = &reuse->request;
	struct map_reuse_map *map = &reuse->maps[index];
	int err = map_fd_open(&map->borrowed, request->kernel, id);

	/* without the privilege to open maps by id the program gets new maps, as if loaded alone */
	if (err == -EPERM || err == -EACCES) {
		map->reason = NOT_SHARED;
		return CGSWAP_OK;
	}
	if (err)
		return error_from_errno(
			request->kernel, CAPABILITY_BY_ID, -err,
			"map %u{map_id} ('%.100s'{map} of another step) cannot be opened to share "
			"it",
			id, map->name);
	if (request->one_set && !reused)
		map->reason = SHARED_SET;
	else
		map->reason = reused ? SHARED_OLD : SHARED_NEW;
	reuse->kmaps[index].use = map->borrowed->fd;
	return CGSWAP_OK;
}

/*
 * The array that each program of a set fills, and that is pinned by its name: the first one has
 * made it, and no program of the set is attached yet. libbpf puts its own copies of the called
 * programs into the slots, which have the maps of the set too.
 */
static enum cgswap_status map_reuse_share_filled(struct map_reuse *reuse, size_t index,
						 const struct map_share *others)
{
	struct map_reuse_map *map = &reuse->maps[index];
	uint32_t id = map_share_by_pin(others, map->pin);

	if (!id)
		return CGSWAP_OK;
	map->of_set = true;
	/* it is open already where nothing is pinned at the path yet */
	if (map->claimed && map->pinned_id == id) {
		map->reason = SHARED_SET;
		return CGSWAP_OK;
	}
	return map_reuse_borrow(reuse, index, id, false);
}

/* The only map of this name that the others have. */
static enum cgswap_status map_reuse_share_map(struct map_reuse *reuse, size_t index,
					      const struct map_share *others)
{
	const struct shared_map *map = map_share_by_name(others, reuse->maps[index].name);

	return map && map->id ? map_reuse_borrow(reuse, index, map->id, map->reused) : CGSWAP_OK;
}

enum cgswap_status map_reuse_share(struct map_reuse *reuse, const struct map_share *others)
{
	enum cgswap_status status = CGSWAP_OK;

	reuse->others = others;
	for (size_t i = 0; i < reuse->count && !status; i++) {
		const struct map_reuse_map *map = &reuse->maps[i];

		if (reuse->request.one_set && map->filled && map->pin &&
		    (map->claimed || map->takes_pin))
			status = map_reuse_share_filled(reuse, i, others);
		else if (map_reuse_may_share(reuse, i))
			status = map_reuse_share_map(reuse, i, others);
	}
	return status;
}
