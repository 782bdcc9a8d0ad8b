/* SPDX-License-Identifier: BSD-2-Clause */
/* What an old program's successor does not use: its maps that are no part of the program itself. */
#ifndef CGSWAP_LOAD_DROPPED_MAPS_H
#define CGSWAP_LOAD_DROPPED_MAPS_H

#include "program/program.h"

struct lost_map {
	uint32_t id;
	char name[PROGRAM_NAME_SIZE]; /* the whole one where BTF tells it; "": not known */
};

/* Of two programs; a transaction keeps a list of these. */
struct lost {
	struct lost *next;
	uint32_t old_id, new_id;
	size_t count;
	struct lost_map maps[];
};

/* Finds it in the list, or learns it and adds it. */
enum cgswap_status lost_learn(const struct lost **out, struct lost **list,
			      const struct program *old, const struct program *new);

/* NULL past the end. */
const struct lost_map *lost_at(const struct lost *lost, size_t index);

void lost_free(struct lost *list);

#endif
