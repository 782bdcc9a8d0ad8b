/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/map_share.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int shared_maps_reserve(struct shared_maps *shared, size_t more)
{
	size_t capacity = 2 * (shared->count + more);
	struct shared_map *maps;

	if (shared->count + more <= shared->capacity)
		return 0;
	maps = realloc(shared->maps, capacity * sizeof(*maps));
	if (!maps)
		return -ENOMEM;
	shared->maps = maps;
	shared->capacity = capacity;
	return 0;
}

/* A file has few maps: they need no index. */
static struct shared_map *shared_maps_find(const struct shared_maps *shared, const char *name)
{
	for (size_t i = 0; i < shared->count; i++)
		if (strcmp(shared->maps[i].name, name) == 0)
			return &shared->maps[i];
	return NULL;
}

static struct shared_map *shared_maps_add(struct shared_maps *shared, const char *name, uint32_t id)
{
	struct shared_map *map = shared_maps_find(shared, name);

	if (map)
		return map;
	map = &shared->maps[shared->count++];
	*map = (struct shared_map){ .name = name, .id = id };
	return map;
}

static size_t map_share_count_claims(const struct program *program)
{
	size_t count = 0;

	for (const struct map_claim *claim = program->claims; claim; claim = claim->next)
		count++;
	return count;
}

static size_t map_share_count_indirect(const struct indirect_map *list)
{
	size_t count = 0;

	for (; list; list = list->next)
		count++;
	return count;
}

int map_share_reserve(struct map_share *share, const struct program *program,
		      const struct indirect_map *indirect)
{
	int err = shared_maps_reserve(&share->by_name,
				      program->info.map_count + map_share_count_indirect(indirect));

	return err ? err : shared_maps_reserve(&share->by_pin, map_share_count_claims(program));
}

static struct shared_map *map_share_add_map(struct map_share *share, const char *name, uint32_t id,
					    bool reused)
{
	struct shared_map *map = shared_maps_add(&share->by_name, name, id);

	if (map->id != id)
		map->id = 0;
	map->reused |= reused;
	return map;
}

void map_share_add(struct map_share *share, const struct program *program,
		   struct indirect_map *indirect)
{
	struct indirect_map *one;

	for (size_t i = 0; program->maps && i < program->info.map_count; i++)
		map_share_add_map(share, program->maps[i].name, program->info.map_ids[i],
				  program->maps[i].reused)
			->used = true;
	for (const struct map_claim *claim = program->claims; claim; claim = claim->next)
		shared_maps_add(&share->by_pin, map_claim_path(claim), 0)->id = map_claim_map_id(
			claim);
	while ((one = indirect)) {
		indirect = one->next;
		map_share_add_map(share, one->name, one->id, one->reused);
		one->next = share->indirect;
		share->indirect = one;
	}
}

void map_share_close(struct map_share *share)
{
	for (struct indirect_map *one = share->indirect; one; one = one->next) {
		map_fd_close(one->map);
		one->map = NULL;
	}
}

void map_share_free(struct map_share *share)
{
	indirect_maps_free(share->indirect);
	free(share->by_name.maps);
	free(share->by_pin.maps);
}

struct indirect_map *indirect_map_new(const char *name, uint32_t id, struct map_fd *map)
{
	struct indirect_map *one = malloc(sizeof(*one) + strlen(name) + 1);

	if (!one)
		return NULL;
	*one = (struct indirect_map){ .map = map, .id = id };
	strcpy(one->name, name);
	return one;
}

void indirect_maps_free(struct indirect_map *list)
{
	struct indirect_map *one;

	while ((one = list)) {
		list = one->next;
		map_fd_close(one->map);
		free(one);
	}
}

const struct shared_map *map_share_by_name(const struct map_share *share, const char *name)
{
	return shared_maps_find(&share->by_name, name);
}

uint32_t map_share_by_pin(const struct map_share *share, const char *path)
{
	const struct shared_map *map = shared_maps_find(&share->by_pin, path);

	return map ? map->id : 0;
}
