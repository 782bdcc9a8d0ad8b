/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* ---- reading --------------------------------------------------------------------------------- */

static void copy(struct loads_old *out, const struct legacy *legacy)
{
	for (size_t i = 0; i < legacy->count; i++) {
		const struct heir_map *map = &legacy->maps[i];
		struct loads_old_map *copy = &out->maps[i];

		copy->id = legacy->ids[i];
		copy->kind = map->kind;
		copy->naming = map->naming;
		copy->made_anew = map->kind == MAP_READ_ONLY || heir_is_unshared(&map->shape);
		snprintf(copy->name, sizeof(copy->name), "%s", map->name);
	}
	out->known = true;
}

static int by_id(const void *a, const void *b)
{
	uint32_t left = ((const struct loads_old_map *)a)->id;
	uint32_t right = ((const struct loads_old_map *)b)->id;

	return left < right ? -1 : left > right;
}

/* Who may not open maps by id knows their ids. */
static int open_and_copy(struct loads_old *out, struct kernel *kernel,
			 const struct kernel_program *program)
{
	struct legacy legacy;
	int err = legacy_try(&legacy, kernel, program);

	if (error_is_starved(err))
		return err;
	if (!err) {
		copy(out, &legacy);
		legacy_close(&legacy);
		return 0;
	}
	for (size_t i = 0; i < out->count; i++)
		out->maps[i].id = program->map_ids[i];
	qsort(out->maps, out->count, sizeof(*out->maps), by_id);
	return 0;
}

enum cgswap_status loads_old_read(struct loads_old **out, struct kernel *kernel,
				  const struct kernel_program *program, const struct legacy *legacy)
{
	size_t count = program ? program->map_count : 0;
	struct loads_old *old = calloc(1, sizeof(*old) + count * sizeof(*old->maps));
	int err = 0;

	*out = old;
	if (!old)
		return error_no_memory();
	old->count = count;
	old->known = !count;
	if (count && legacy->count == count)
		copy(old, legacy);
	else if (count)
		err = open_and_copy(old, kernel, program);
	if (!err)
		return CGSWAP_OK;
	free(old);
	*out = NULL;
	return legacy_refuse(kernel, program, err);
}

/* ---- comparing ------------------------------------------------------------------------------- */

static bool has(const struct loads_old *old, uint32_t id)
{
	for (size_t i = 0; i < old->count; i++)
		if (old->maps[i].id == id)
			return true;
	return false;
}

bool loads_old_is(const struct loads_old *old, const struct kernel_program *program)
{
	if (old->count != (program ? program->map_count : 0))
		return false;
	for (size_t i = 0; i < old->count; i++)
		if (!has(old, program->map_ids[i]))
			return false;
	return true;
}

/* The next map from index i on that is no read-only data. */
static size_t next_state(const struct loads_old *old, size_t i)
{
	while (i < old->count && old->maps[i].kind == MAP_READ_ONLY)
		i++;
	return i;
}

bool loads_old_same(const struct loads_old *a, const struct loads_old *b)
{
	size_t i = next_state(a, 0), j = next_state(b, 0);

	while (i < a->count && j < b->count) {
		if (a->maps[i].id != b->maps[j].id)
			return false;
		i = next_state(a, i + 1);
		j = next_state(b, j + 1);
	}
	return i == a->count && j == b->count;
}

/* Two maps that one map of an object may have become in two loads of it. */
static bool stand_for_one(const struct loads_old_map *a, const struct loads_old_map *b)
{
	bool whole = a->naming == MAP_NAME_WHOLE && b->naming == MAP_NAME_WHOLE;

	if (a->id == b->id || a->made_anew || b->made_anew || a->kind != b->kind)
		return false;
	return whole ? strcmp(a->name, b->name) == 0
		     : strncmp(a->name, b->name, KERNEL_NAME_SIZE - 1) == 0;
}

enum loads_tie loads_old_tie(const struct loads_old *a, const struct loads_old *b)
{
	enum loads_tie tie = LOADS_TIE_NONE;

	if (loads_old_same(a, b))
		return LOADS_TIE_SURE;
	if (!a->known || !b->known)
		return LOADS_TIE_NONE;
	for (size_t i = 0; i < a->count; i++) {
		for (size_t j = 0; j < b->count; j++)
			if (stand_for_one(&a->maps[i], &b->maps[j]))
				return LOADS_TIE_NEVER;
		if (has(b, a->maps[i].id) && tie != LOADS_TIE_SURE)
			tie = a->maps[i].kind == MAP_READ_ONLY ? LOADS_TIE_SURE : LOADS_TIE_LIKELY;
	}
	return tie;
}
