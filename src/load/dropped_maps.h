/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps of an old program that the new one does not use, read-only data aside. */
#ifndef CGSWAP_LOAD_DROPPED_MAPS_H
#define CGSWAP_LOAD_DROPPED_MAPS_H

#include "base/hash_index.h"
#include "program/program.h"

struct dropped_map {
	uint32_t id;
	char name[PROGRAM_NAME_SIZE]; /* the full name, if BTF has it; "": unknown */
};

/* The dropped maps of one pair of programs; a transaction has an index of these. */
struct dropped_maps {
	uint32_t old_id, new_id;
	bool read_only; /* there is read-only data, which is not among the maps */
	size_t count;
	struct dropped_map maps[];
};

/* Finds the pair in the index, or reads its maps and adds it. */
enum cgswap_status dropped_maps_read(const struct dropped_maps **out, struct hash_index *pairs,
				     const struct program *old, const struct program *new);

/* NULL past the end. */
const struct dropped_map *dropped_maps_at(const struct dropped_maps *dropped, size_t index);

void dropped_maps_free(struct hash_index *pairs);

#endif
