/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_cache_find.h"

#include <string.h>

#include "base/string_list.h"

/* ---- hashes ---------------------------------------------------------------------------------- */

static uint64_t cache_hash_pointer(uint64_t hash, const void *pointer)
{
	return hash_number(hash ^ (uintptr_t)pointer);
}

/* The options are compared, and are not part of the hash: those of a transaction differ little. */
static uint64_t cache_hash_request(const struct cache_lookup *lookup)
{
	const struct kernel_program *old = lookup->old ? &lookup->old->info : NULL;
	const char *name = lookup->source->program;
	uint64_t hash = name ? hash_text(name) : 0;

	if (!lookup->cache->groups.one_set && old)
		hash ^= load_key_hash_all(old->map_ids, old->map_count);
	hash = cache_hash_pointer(hash, lookup->file);
	return cache_hash_pointer(hash, lookup->type);
}

static uint64_t cache_hash_maps(const struct cache_lookup *lookup)
{
	uint64_t hash = hash_text(lookup->name) ^ load_key_hash(lookup->key);

	hash = hash_number(hash ^ constant_report_hash(lookup->report));
	hash = cache_hash_pointer(hash, lookup->file);
	return cache_hash_pointer(hash, lookup->type);
}

/* ---- comparing ------------------------------------------------------------------------------- */

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

static bool cache_is_for_request(const void *item, const void *key)
{
	const struct load_cache_program *loaded = item;
	const struct cache_lookup *lookup = key;
	const struct kernel_program *old = lookup->old ? &lookup->old->info : NULL;
	const char *name = lookup->source->program;

	return loaded->file == lookup->file && loaded->type == lookup->type &&
	       cache_has_same_opts(loaded, lookup) && loaded->by_name == !!name &&
	       (!name || strcmp(loaded->name, name) == 0) &&
	       (lookup->cache->groups.one_set || load_key_matches(loaded->key, old));
}

static bool cache_is_for_maps(const void *item, const void *key)
{
	const struct load_cache_program *loaded = item;
	const struct cache_lookup *lookup = key;

	return loaded->file == lookup->file && loaded->type == lookup->type &&
	       strcmp(loaded->name, lookup->name) == 0 && cache_has_same_maps(loaded, lookup) &&
	       load_key_same(loaded->key, lookup->key) &&
	       constant_report_same(loaded->report, lookup->report);
}

/* ---- finding --------------------------------------------------------------------------------- */

const struct load_cache_program *load_cache_find_same_maps(const struct cache_lookup *lookup)
{
	return hash_index_find(&lookup->cache->by_request, cache_hash_request(lookup),
			       cache_is_for_request, lookup);
}

const struct load_cache_program *load_cache_find(const struct cache_lookup *lookup)
{
	return hash_index_find(&lookup->cache->by_maps, cache_hash_maps(lookup), cache_is_for_maps,
			       lookup);
}

int load_cache_reserve(struct load_cache *cache)
{
	int err = hash_index_reserve(&cache->by_request, 1);

	return err ? err : hash_index_reserve(&cache->by_maps, 1);
}

void load_cache_index(const struct cache_lookup *lookup, struct load_cache_program *loaded)
{
	hash_index_add(&lookup->cache->by_request, cache_hash_request(lookup), loaded);
	/* another one for the same maps is the same program */
	if (!load_cache_find(lookup))
		hash_index_add(&lookup->cache->by_maps, cache_hash_maps(lookup), loaded);
}
