/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reused map of maps holds the inner maps of the old program, and one borrowed from another step
 * holds the inner maps of that step. A program that also uses an inner map by name must not get a
 * new map for it, nor must another program of its set.
 */
#include <bpf/libbpf.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "load/map_reuse_internal.h"
#include "object/prog_array.h"

/* A map of maps that was not made by this load. */
struct nesting {
	const struct bpf_map *map;
	const char *name;
	uint32_t id;
	bool old; /* it is an old program's; else another step or program has made it */
};

static const struct shared_map *map_reuse_shared(const struct map_reuse *reuse, const char *name)
{
	return reuse->others ? map_share_by_name(reuse->others, name) : NULL;
}

/* True if this map of the object is new, and is not that in the map of maps. */
static bool map_reuse_is_new_map(const struct map_reuse *reuse, size_t index,
				 const struct nesting *outer)
{
	const struct map_reuse_map *map = &reuse->maps[index];
	const struct shared_map *shared;

	if (reuse->views[index].kind == MAP_READ_ONLY)
		return false;
	if (!map->borrowed)
		return reuse->kmaps[index].use < 0;
	shared = map_reuse_shared(reuse, map->name);
	return reuse->request.one_set && outer->old && shared && !shared->reused;
}

/* True if the program, or another one of its set, uses this map of the object by its name. */
static bool map_reuse_is_used_directly(const struct map_reuse *reuse, const struct program *program,
				       size_t index)
{
	const char *name = reuse->maps[index].name;
	const struct shared_map *shared = map_reuse_shared(reuse, name);

	if (reuse->request.one_set && shared && shared->used)
		return true;
	for (size_t i = 0; program->maps && i < program->info.map_count; i++)
		if (strcmp(program->maps[i].name, name) == 0)
			return true;
	return false;
}

/* Returns the id of the old program that has the map. */
static uint32_t map_reuse_owner(const struct map_reuse *reuse, uint32_t id)
{
	for (size_t i = 0; i < reuse->old_maps.count; i++)
		if (reuse->old_maps.ids[i] == id)
			return reuse->old_maps.owners[i];
	return reuse->request.old ? reuse->request.old->info.id : 0;
}

static enum cgswap_status map_reuse_error_nested(const struct map_reuse *reuse,
						 const struct nesting *outer, size_t inner)
{
	const char *name = reuse->maps[inner].name;
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text,
		       "'%.300s'{path} uses map '%.100s'{map} directly, which would be a new map, "
		       "but the inner map of '%.100s'{map} is ",
		       reuse->request.path, name, outer->name);
	if (outer->old)
		error_text_add(&text, "that of program %u{program_id}",
			       map_reuse_owner(reuse, outer->id));
	else
		error_text_add(&text, "the map that another step created");
	error_set_text(CGSWAP_CAUSE_MAP_CHANGED, 0, &text);
	if (outer->old)
		error_remedy("use '%.60s' only through '%.60s', select the map that is in it "
			     "(--map %.60s=id:N), or use new maps (--maps new)",
			     name, outer->name, name);
	else
		error_remedy("first add the step whose program uses '%.60s' directly", name);
	return CGSWAP_E_INCOMPATIBLE;
}

static enum cgswap_status map_reuse_check_outer(const struct map_reuse *reuse,
						const struct program *program,
						const struct nesting *outer)
{
	for (size_t i = 0; i < reuse->count; i++)
		if (map_reuse_is_new_map(reuse, i, outer) &&
		    map_reuse_is_used_directly(reuse, program, i) &&
		    prog_array_nests_map(reuse->object, reuse->request.file, outer->map,
					 reuse->kmaps[i].map))
			return map_reuse_error_nested(reuse, outer, i);
	return CGSWAP_OK;
}

/* The maps of maps of the other programs of the set, which this load does not need. */
static enum cgswap_status map_reuse_check_others(const struct map_reuse *reuse,
						 const struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;
	const struct bpf_map *map;

	bpf_object__for_each_map(map, reuse->object)
	{
		const struct map_spec spec = map_spec_of_object_map(map);
		struct nesting outer = { .map = map, .name = bpf_map__name(map) };
		const struct shared_map *shared;

		if (bpf_map__autocreate(map) || !map_spec_holds_maps(&spec))
			continue;
		shared = map_reuse_shared(reuse, outer.name);
		if (!shared)
			continue;
		outer.id = shared->id;
		outer.old = shared->reused;
		status = map_reuse_check_outer(reuse, program, &outer);
		if (status)
			return status;
	}
	return status;
}

enum cgswap_status map_reuse_check_nested(const struct map_reuse *reuse,
					  const struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->count && !status; i++) {
		const struct map_reuse_map *map = &reuse->maps[i];
		const struct nesting outer = { .map = reuse->kmaps[i].map,
					       .name = map->name,
					       .id = map->id,
					       .old = !map->borrowed };

		if ((map->reused || map->borrowed) && map_spec_holds_maps(&reuse->views[i].spec))
			status = map_reuse_check_outer(reuse, program, &outer);
	}
	if (!status && reuse->request.one_set && reuse->others)
		status = map_reuse_check_others(reuse, program);
	return status;
}
