/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A map of maps that lives on holds the maps of the old program, and one that another step made
 * those of that. A program that uses one of these by its name as well would have another one there.
 */
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "load/map_reuse.h"
#include "base/text.h"

/* Whether a map of the object is not the old program's, and the program uses it by itself. */
static bool is_apart(const struct map_reuse *map_reuse, const struct program *program, size_t index)
{
	const struct map_reuse_map *map = &map_reuse->maps[index];

	if (map->reused || map->pinned >= 0 || map->borrowed >= 0)
		return false;
	for (size_t i = 0; program->maps && i < program->info.map_count; i++)
		if (strcmp(program->maps[i].name, map->name) == 0)
			return true;
	return false;
}

static enum cgswap_status error_nested(const struct map_reuse *map_reuse, size_t outer,
				       size_t inner)
{
	const struct load_request *wanted = &map_reuse->request;
	const char *name = map_reuse->maps[inner].name;
	char whose[60];

	if (map_reuse->maps[outer].borrowed >= 0)
		snprintf(whose, sizeof(whose), "is another step's with the maps in it");
	else
		snprintf(whose, sizeof(whose), "lives on with the maps that program %u had in it",
			 wanted->old->id);
	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
		  "%.100s of %.100s would be a new map, and another one than its source puts into "
		  "%.100s, which %s",
		  name, text_file_name(wanted->path), map_reuse->maps[outer].name, whose);
	if (map_reuse->maps[outer].borrowed >= 0)
		error_remedy("add the step of the program that uses %.60s by its name first", name);
	else
		error_remedy("use %.60s by way of %.60s only, or let all start fresh (maps new)",
			     name, map_reuse->maps[outer].name);
	return CGSWAP_E_INCOMPATIBLE;
}

static enum cgswap_status check_outer(const struct map_reuse *map_reuse,
				      const struct program *program, size_t outer)
{
	const struct load_request *wanted = &map_reuse->request;

	for (size_t i = 0; i < map_reuse->count; i++) {
		enum cgswap_status status;
		bool nests;

		if (!is_apart(map_reuse, program, i))
			continue;
		status = object_nests_map(&nests, map_reuse->object, wanted->file,
					  map_reuse->kmaps[outer].map, map_reuse->kmaps[i].map);
		if (status)
			return status;
		if (nests)
			return error_nested(map_reuse, outer, i);
	}
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_check_nested(const struct map_reuse *map_reuse,
					  const struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < map_reuse->count && !status; i++)
		if ((map_reuse->maps[i].reused || map_reuse->maps[i].borrowed >= 0) &&
		    map_spec_holds_maps(&map_reuse->views[i].spec))
			status = check_outer(map_reuse, program, i);
	return status;
}
