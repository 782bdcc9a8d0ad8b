/* SPDX-License-Identifier: BSD-2-Clause */
/* What an old program's successor does not use: its maps that are no part of the program itself. */
#ifndef CGSWAP_LOAD_DROPPED_MAPS_H
#define CGSWAP_LOAD_DROPPED_MAPS_H

#include "program/program.h"

struct dropped_map {
	uint32_t id;
	char name[PROGRAM_NAME_SIZE]; /* the whole one where BTF tells it; "": not known */
};

/* Of two programs; a transaction keeps a list of these. */
struct dropped_maps {
	struct dropped_maps *next;
	uint32_t old_id, new_id;
	size_t count;
	struct dropped_map maps[];
};

/* Finds it in the list, or learns it and adds it. */
enum cgswap_status dropped_maps_read(const struct dropped_maps **out, struct dropped_maps **list,
				     const struct program *old, const struct program *new);

/* NULL past the end. */
const struct dropped_map *dropped_maps_at(const struct dropped_maps *lost, size_t index);

void dropped_maps_free(struct dropped_maps *list);

#endif
