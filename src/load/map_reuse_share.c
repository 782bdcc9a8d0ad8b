/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs of one object that belong together have its new maps together, as if loaded at once. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "load/map_reuse.h"
#include "kernel/errno_error.h"

static const char SHARED_NEW[] = "new: shared with another step";
static const char NOT_SHARED[] = "new: another step's may not be opened by its id";
static const char SHARED_OLD[] = "kept from another step's old program";

/* Whether this map would be made anew, and need not be. */
static bool is_map_open(const struct map_reuse *map_reuse, size_t index)
{
	const struct map_view *view = &map_reuse->views[index];

	return map_reuse->kmaps[index].use < 0 && !map_reuse->maps[index].pin &&
	       view->kind != MAP_READ_ONLY && !map_spec_is_unshared(&view->shape);
}

/* The id of the one map of this name that the siblings have; 0: none, or they disagree. Sets *kept
 * if one of them has it from its old program. */
static uint32_t find_shared_map(const struct program *const *siblings, size_t count,
				const char *name, bool *reused)
{
	uint32_t found = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; siblings[i]->maps && j < siblings[i]->info.map_count; j++) {
			if (strcmp(siblings[i]->maps[j].name, name) != 0)
				continue;
			if (found && siblings[i]->info.map_ids[j] != found)
				return 0;
			found = siblings[i]->info.map_ids[j];
			*reused |= siblings[i]->maps[j].reused;
		}
	return found;
}

static enum cgswap_status share_map(struct map_reuse *map_reuse, size_t index, uint32_t id,
				    bool reused)
{
	const struct load_request *wanted = &map_reuse->request;
	struct map_reuse_map *map = &map_reuse->maps[index];
	int fd = wanted->kernel->ops->map_by_id(wanted->kernel, id);

	/* who may not open maps by id gets new ones, as if it were alone */
	if (fd == -EPERM || fd == -EACCES) {
		map->reason = NOT_SHARED;
		return CGSWAP_OK;
	}
	if (fd < 0)
		return error_from_errno(
			wanted->kernel, CAPABILITY_BY_ID, -fd,
			"map %u, %.100s of another step, cannot be opened to be shared", id,
			map->name);
	map->borrowed = fd;
	map->reason = reused ? SHARED_OLD : SHARED_NEW;
	map_reuse->kmaps[index].use = fd;
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_share(struct map_reuse *map_reuse,
				   const struct program *const *siblings, size_t count)
{
	for (size_t i = 0; i < map_reuse->count; i++) {
		enum cgswap_status status = CGSWAP_OK;
		bool reused = false;
		uint32_t id = 0;

		if (is_map_open(map_reuse, i))
			id = find_shared_map(siblings, count, map_reuse->maps[i].name, &reused);
		if (id)
			status = share_map(map_reuse, i, id, reused);
		if (status)
			return status;
	}
	return CGSWAP_OK;
}
