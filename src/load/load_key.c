/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_key.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash_index.h"
#include "base/text.h"

/* ---- reading --------------------------------------------------------------------------------- */

static void load_key_copy(struct load_key *out, const struct program_maps *program_maps)
{
	for (size_t i = 0; i < program_maps->count; i++) {
		const struct map_view *map = &program_maps->maps[i];
		struct load_key_map *copy = &out->maps[i];

		copy->id = program_maps->ids[i];
		copy->kind = map->kind;
		copy->naming = map->naming;
		copy->always_new = map->kind == MAP_READ_ONLY || map_spec_is_unshared(&map->spec);
		text_copy(copy->name, sizeof(copy->name), map->name);
	}
	out->known = true;
}

static int load_key_compare_ids(const void *a, const void *b)
{
	uint32_t left = ((const struct load_key_map *)a)->id;
	uint32_t right = ((const struct load_key_map *)b)->id;

	return left < right ? -1 : left > right;
}

/* Without the privilege to open maps by id, only the ids are known. */
static int load_key_open(struct load_key *out, const struct program *program)
{
	struct program_maps program_maps;
	int err = program_maps_try_open(&program_maps, program, NULL);

	if (error_is_exhaustion(err))
		return err;
	if (!err) {
		load_key_copy(out, &program_maps);
		program_maps_close(&program_maps);
		return 0;
	}
	for (size_t i = 0; i < out->count; i++)
		out->maps[i].id = program->info.map_ids[i];
	qsort(out->maps, out->count, sizeof(*out->maps), load_key_compare_ids);
	return 0;
}

enum cgswap_status load_key_read(struct load_key **out, const struct program *program,
				 const struct program_maps *program_maps)
{
	size_t count = program ? program->info.map_count : 0;
	struct load_key *key = calloc(1, sizeof(*key) + count * sizeof(*key->maps));
	int err = 0;

	*out = key;
	if (!key)
		return error_no_memory();
	key->count = count;
	key->known = !count;
	if (count && program_maps->count == count)
		load_key_copy(key, program_maps);
	else if (count)
		err = load_key_open(key, program);
	if (!err)
		return CGSWAP_OK;
	free(key);
	*out = NULL;
	return program_maps_error(program, err);
}

/* ---- comparing ------------------------------------------------------------------------------- */

bool load_key_has(const struct load_key *key, uint32_t id)
{
	for (size_t i = 0; i < key->count; i++)
		if (key->maps[i].id == id)
			return true;
	return false;
}

bool load_key_matches(const struct load_key *key, const struct kernel_program *program)
{
	if (key->count != (program ? program->map_count : 0))
		return false;
	for (size_t i = 0; i < key->count; i++)
		if (!load_key_has(key, program->map_ids[i]))
			return false;
	return true;
}

/* Returns the index of the next map from i on that is not read-only data. */
static size_t load_key_next(const struct load_key *key, size_t i)
{
	while (i < key->count && key->maps[i].kind == MAP_READ_ONLY)
		i++;
	return i;
}

bool load_key_same(const struct load_key *a, const struct load_key *b)
{
	size_t i = load_key_next(a, 0), j = load_key_next(b, 0);

	while (i < a->count && j < b->count) {
		if (a->maps[i].id != b->maps[j].id)
			return false;
		i = load_key_next(a, i + 1);
		j = load_key_next(b, j + 1);
	}
	return i == a->count && j == b->count;
}

uint64_t load_key_hash(const struct load_key *key)
{
	uint64_t hash = 0;

	for (size_t i = load_key_next(key, 0); i < key->count; i = load_key_next(key, i + 1))
		hash = hash_number(hash ^ key->maps[i].id);
	return hash;
}

/* The order does not count. */
uint64_t load_key_hash_all(const uint32_t *ids, size_t count)
{
	uint64_t hash = count;

	for (size_t i = 0; i < count; i++)
		hash += hash_number(ids[i]);
	return hash_number(hash);
}

bool load_key_same_origin(const struct load_key_map *a, const struct load_key_map *b)
{
	bool whole = a->naming == MAP_NAME_WHOLE && b->naming == MAP_NAME_WHOLE;

	if (a->always_new || b->always_new || a->kind != b->kind)
		return false;
	return whole ? strcmp(a->name, b->name) == 0
		     : strncmp(a->name, b->name, KERNEL_NAME_SIZE - 1) == 0;
}

enum load_relation load_key_relation(const struct load_key *a, const struct load_key *b)
{
	enum load_relation relation = LOAD_RELATION_NONE;

	if (load_key_same(a, b))
		return LOAD_RELATION_SURE;
	if (!a->known || !b->known)
		return LOAD_RELATION_NONE;
	for (size_t i = 0; i < a->count; i++) {
		for (size_t j = 0; j < b->count; j++)
			if (a->maps[i].id != b->maps[j].id &&
			    load_key_same_origin(&a->maps[i], &b->maps[j]))
				return LOAD_RELATION_SEPARATE;
		if (load_key_has(b, a->maps[i].id) && relation != LOAD_RELATION_SURE)
			relation = a->maps[i].kind == MAP_READ_ONLY ? LOAD_RELATION_SURE
								    : LOAD_RELATION_LIKELY;
	}
	return relation;
}
