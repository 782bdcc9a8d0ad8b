/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_cache_find.h"

#include <string.h>

#include "base/string_list.h"

/* ---- finding a loaded program ---------------------------------------------------------------- */

static bool cache_has_same_maps(const struct load_cache_program *loaded,
				const struct cache_lookup *lookup)
{
	return loaded->maps == lookup->opts.maps &&
	       string_list_same((const char *const *)loaded->map_choices, lookup->opts.map_choices);
}

static bool cache_has_same_opts(const struct load_cache_program *loaded,
				const struct cache_lookup *lookup)
{
	return cache_has_same_maps(loaded, lookup) && loaded->constants == lookup->opts.constants &&
	       loaded->old_file == lookup->old_file &&
	       string_list_same((const char *const *)loaded->constant_choices,
				lookup->opts.constant_choices);
}

const struct load_cache_program *load_cache_find_same_maps(const struct cache_lookup *lookup)
{
	const struct kernel_program *old = lookup->old ? &lookup->old->info : NULL;
	const char *name = lookup->source->program;
	const struct load_cache_program *loaded;

	for (loaded = lookup->cache->programs; loaded; loaded = loaded->next)
		if (loaded->file == lookup->file && loaded->type == lookup->type &&
		    cache_has_same_opts(loaded, lookup) && loaded->by_name == !!name &&
		    (!name || strcmp(loaded->name, name) == 0) &&
		    (lookup->cache->one_set || load_key_matches(loaded->key, old)))
			return loaded;
	return NULL;
}

static bool cache_is_same_program(const struct load_cache_program *loaded,
				  const struct cache_lookup *lookup)
{
	return loaded->file == lookup->file && loaded->type == lookup->type &&
	       strcmp(loaded->name, lookup->name) == 0;
}

struct load_cache_program *load_cache_find(const struct cache_lookup *lookup)
{
	struct load_cache_program *loaded;

	for (loaded = lookup->cache->programs; loaded; loaded = loaded->next)
		if (cache_is_same_program(loaded, lookup) && cache_has_same_maps(loaded, lookup) &&
		    load_key_same(loaded->key, lookup->key) &&
		    constant_report_same(loaded->report, lookup->report))
			return loaded;
	return NULL;
}

/* ---- groups: programs of one file that share their new maps ---------------------------------- */

/* A program that is loaded twice is separate: each old program has its own maps. */
static enum load_relation cache_relation(const struct load_cache_program *loaded,
					 const struct cache_lookup *lookup)
{
	if (loaded->file != lookup->file ||
	    (loaded->maps == CGSWAP_MAPS_NEW) != (lookup->opts.maps == CGSWAP_MAPS_NEW))
		return LOAD_RELATION_NONE;
	if (lookup->cache->one_set)
		return LOAD_RELATION_SURE;
	if (cache_is_same_program(loaded, lookup) && !load_key_same(loaded->key, lookup->key))
		return LOAD_RELATION_SEPARATE;
	return load_key_relation(loaded->key, lookup->key);
}

static enum load_relation cache_group_relation(const struct load_cache_program *group,
					       const struct cache_lookup *lookup)
{
	enum load_relation relation = LOAD_RELATION_NONE;

	for (struct load_cache_program *at = lookup->cache->programs; at; at = at->next) {
		enum load_relation found = LOAD_RELATION_NONE;

		if (at->group == group)
			found = cache_relation(at, lookup);
		if (found > relation)
			relation = found;
	}
	return relation;
}

struct load_cache_program *load_cache_find_group(const struct cache_lookup *lookup)
{
	enum load_relation strongest = LOAD_RELATION_NONE;
	struct load_cache_program *best = NULL;

	for (struct load_cache_program *at = lookup->cache->programs; at; at = at->next) {
		enum load_relation relation = LOAD_RELATION_NONE;

		if (at->group == at)
			relation = cache_group_relation(at, lookup);
		if (relation == LOAD_RELATION_NONE || relation == LOAD_RELATION_SEPARATE ||
		    relation < strongest)
			continue;
		best = relation > strongest ? at : NULL;
		strongest = relation;
	}
	return best;
}
