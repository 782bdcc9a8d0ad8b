/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs of one object that belong together have its new maps together, as if loaded at once. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "load/map_reuse.h"
#include "kernel/capability.h"

static const char SHARED_NEW[] = "new: shared with another step";
static const char NOT_SHARED[] = "new: another step's may not be opened by its id";
static const char SHARED_OLD[] = "kept from another step's old program";

/* Whether this map would be made anew, and need not be. */
static bool is_open(const struct handover *handover, size_t index)
{
	const struct heir_map *view = &handover->views[index];

	return handover->doors[index].use < 0 && !handover->maps[index].pin &&
	       view->kind != MAP_READ_ONLY && !heir_is_unshared(&view->shape);
}

/* The id of the one map of this name that the siblings have; 0: none, or they disagree. Sets *kept
 * if one of them has it from its old program. */
static uint32_t find(const struct program *const *siblings, size_t count, const char *name,
		     bool *kept)
{
	uint32_t found = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; siblings[i]->maps && j < siblings[i]->info.map_count; j++) {
			if (strcmp(siblings[i]->maps[j].name, name) != 0)
				continue;
			if (found && siblings[i]->info.map_ids[j] != found)
				return 0;
			found = siblings[i]->info.map_ids[j];
			*kept |= siblings[i]->maps[j].kept;
		}
	return found;
}

static enum cgswap_status share(struct handover *handover, size_t index, uint32_t id, bool kept)
{
	const struct handover_wish *wish = &handover->wish;
	struct handover_map *map = &handover->maps[index];
	int fd = wish->kernel->ops->map_by_id(wish->kernel, id);

	/* who may not open maps by id gets new ones, as if it were alone */
	if (fd == -EPERM || fd == -EACCES) {
		map->reason = NOT_SHARED;
		return CGSWAP_OK;
	}
	if (fd < 0)
		return refuse_errno(wish->kernel, PRIVILEGE_BY_ID, -fd,
				    "map %u, %.100s of another step, cannot be opened to be shared",
				    id, map->name);
	map->lent = fd;
	map->reason = kept ? SHARED_OLD : SHARED_NEW;
	handover->doors[index].use = fd;
	return CGSWAP_OK;
}

enum cgswap_status handover_share(struct handover *handover, const struct program *const *siblings,
				  size_t count)
{
	for (size_t i = 0; i < handover->count; i++) {
		enum cgswap_status status = CGSWAP_OK;
		bool kept = false;
		uint32_t id = 0;

		if (is_open(handover, i))
			id = find(siblings, count, handover->maps[i].name, &kept);
		if (id)
			status = share(handover, i, id, kept);
		if (status)
			return status;
	}
	return CGSWAP_OK;
}
