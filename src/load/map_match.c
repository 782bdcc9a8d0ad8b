/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/map_match.h"

#include <string.h>

#include "kernel/kernel.h"

enum { NAME_LENGTH = KERNEL_NAME_SIZE - 1 };

bool map_match_may_be(const struct map_view *map, const struct map_view *old)
{
	if (map->kind != old->kind)
		return false;
	if (old->naming == MAP_NAME_WHOLE)
		return strcmp(map->name, old->name) == 0;
	/* only a name that fills the field can be cut */
	return strlen(map->name) >= NAME_LENGTH && strncmp(map->name, old->name, NAME_LENGTH) == 0;
}

/* The program that created the old map and the last one that used it may differ in layout. */
static bool map_match_variables(const struct map_view *map, const struct map_view *old,
				struct btf_layout_difference *difference)
{
	return btf_layout_same(old->btf, old->section, map->btf, map->section, difference) &&
	       (!old->user_btf || btf_layout_same(old->user_btf, old->user_section, map->btf,
						  map->section, difference));
}

static struct map_match map_match_compare(const struct map_view *map, const struct map_view *old,
					  size_t index, uint32_t cpus)
{
	struct map_match match = { .verdict = MAP_SAME, .old = index };

	if (!map_spec_compatible(&map->spec, map->kind, &old->spec, cpus)) {
		match.verdict = MAP_INCOMPATIBLE;
		/* an added variable says more than the size */
		if (map->kind == MAP_GLOBALS && map->btf && old->btf)
			map_match_variables(map, old, &match.difference);
	} else if (map->inner && old->inner &&
		   !map_spec_compatible(map->inner, MAP_ORDINARY, old->inner, cpus)) {
		match.verdict = MAP_INCOMPATIBLE;
		match.inner = true;
	} else if (map->kind == MAP_GLOBALS && (!map->btf || !old->btf)) {
		match.verdict = MAP_UNKNOWN;
	} else if (map->kind == MAP_GLOBALS && !map_match_variables(map, old, &match.difference)) {
		match.verdict = MAP_INCOMPATIBLE;
	}
	return match;
}

static struct map_match map_match_find(const struct map_view *map, const struct map_view *olds,
				       size_t old_count, uint32_t cpus)
{
	struct map_match match = { .verdict = MAP_NO_MATCH };
	size_t named = 0, last = 0, count = 0;

	if (map->kind == MAP_READ_ONLY)
		return (struct map_match){ .verdict = MAP_IS_READ_ONLY };
	if (map_spec_is_unshared(&map->spec))
		return (struct map_match){ .verdict = MAP_UNSHARED };
	for (size_t i = 0; i < old_count; i++) {
		const char *name = olds[i].name;

		/* each map is compared with each old one, and most names differ at once */
		if (*map->name != *name || (*name && map->name[1] != name[1]) ||
		    !map_match_may_be(map, &olds[i]))
			continue;
		last = i;
		count++;
		if (olds[i].naming == MAP_NAME_WHOLE) {
			match = map_match_compare(map, &olds[i], i, cpus);
			named++;
		}
	}
	match.candidates = count;
	if (named == 1 || !count)
		return match;
	/* a name with the same beginning may belong to another map, even if only one fits */
	return (struct map_match){ .verdict = MAP_AMBIGUOUS, .old = last, .candidates = count };
}

static bool map_match_same_types(const struct map_view *map, const struct map_view *old)
{
	if (!map->types || !old->types)
		return !map->types && !old->types;
	return btf_layout_same_types(old->types, old->key_type, map->types, map->key_type) &&
	       btf_layout_same_types(old->types, old->value_type, map->types, map->value_type);
}

/* The number of maps of the object that the old map may be. */
static size_t map_match_count_new(const struct map_match *matches, const struct map_view *maps,
				  size_t count, const struct map_view *old)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += matches[i].verdict == MAP_AMBIGUOUS && map_match_may_be(&maps[i], old);
	return found;
}

/* Accepts a cut name if no other map of either side has it, and type, sizes and BTF are equal. */
static void map_match_cut_name(struct map_match *match, const struct map_view *map,
			       const struct map_view *old, size_t new_count, uint32_t cpus)
{
	if (match->verdict != MAP_AMBIGUOUS || match->candidates != 1 || new_count != 1 ||
	    old->naming != MAP_NAME_CUT || !map_match_same_types(map, old))
		return;
	if (map_match_compare(map, old, match->old, cpus).verdict != MAP_SAME)
		return;
	match->verdict = MAP_SAME;
	match->by_cut_name = true;
}

void map_match(struct map_match *out, const struct map_view *maps, size_t count,
	       const struct map_view *olds, size_t old_count, uint32_t cpus)
{
	for (size_t i = 0; i < count; i++)
		out[i] = map_match_find(&maps[i], olds, old_count, cpus);
	for (size_t i = 0; i < count; i++) {
		const struct map_view *old = &olds[out[i].old];

		if (out[i].verdict == MAP_AMBIGUOUS)
			map_match_cut_name(&out[i], &maps[i], old,
					   map_match_count_new(out, maps, count, old), cpus);
	}
}
