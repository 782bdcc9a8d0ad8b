/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reused map of maps holds the inner maps of the old program, and one borrowed from another step
 * holds the inner maps of that step. A program that also uses an inner map by name must not get a
 * new map for it.
 */
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "load/map_reuse_internal.h"
#include "object/prog_array.h"

/* True if the program uses this map of the object by its name, and it will be new. */
static bool map_reuse_is_new_map(const struct map_reuse *reuse, const struct program *program,
				 size_t index)
{
	const struct map_reuse_map *map = &reuse->maps[index];

	if (map->reused || map->pinned >= 0 || map->borrowed ||
	    reuse->views[index].kind == MAP_READ_ONLY)
		return false;
	for (size_t i = 0; program->maps && i < program->info.map_count; i++)
		if (strcmp(program->maps[i].name, map->name) == 0)
			return true;
	return false;
}

static enum cgswap_status map_reuse_error_nested(const struct map_reuse *reuse, size_t outer,
						 size_t inner)
{
	const struct load_request *request = &reuse->request;
	const char *name = reuse->maps[inner].name;
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text,
		       "'%.300s'{path} uses map '%.100s'{map} directly, which would be a new map, "
		       "but the inner map of '%.100s'{map} is ",
		       request->path, name, reuse->maps[outer].name);
	if (reuse->maps[outer].borrowed)
		error_text_add(&text, "the map that another step created");
	else
		error_text_add(&text, "that of program %u{program_id}", request->old->info.id);
	error_set_text(CGSWAP_CAUSE_MAP_CHANGED, 0, &text);
	if (reuse->maps[outer].borrowed)
		error_remedy("first add the step whose program uses '%.60s' directly", name);
	else
		error_remedy("use '%.60s' only through '%.60s', or use new maps (--maps new)", name,
			     reuse->maps[outer].name);
	return CGSWAP_E_INCOMPATIBLE;
}

static enum cgswap_status map_reuse_check_outer(const struct map_reuse *reuse,
						const struct program *program, size_t outer)
{
	const struct load_request *request = &reuse->request;

	for (size_t i = 0; i < reuse->count; i++)
		if (map_reuse_is_new_map(reuse, program, i) &&
		    prog_array_nests_map(reuse->object, request->file, reuse->kmaps[outer].map,
					 reuse->kmaps[i].map))
			return map_reuse_error_nested(reuse, outer, i);
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_check_nested(const struct map_reuse *reuse,
					  const struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->count && !status; i++)
		if ((reuse->maps[i].reused || reuse->maps[i].borrowed) &&
		    map_spec_holds_maps(&reuse->views[i].spec))
			status = map_reuse_check_outer(reuse, program, i);
	return status;
}
