/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The swaps of a transaction in groups: the old programs of a group have the same tag and maps, and
 * get the same new program. A new program from an object was loaded for the maps of the old ones,
 * so it stands for them.
 */
#ifndef CGSWAP_REPLACE_REPLACE_GROUP_H
#define CGSWAP_REPLACE_REPLACE_GROUP_H

#include "base/hash_index.h"
#include "program/program.h"

/* The programs are those of the group's first step, which has a reference to them. */
struct replace_group {
	const struct program *old, *new;
	bool of_object;
	size_t count;
	struct replace_group *next; /* a spare one */
};

/* Zeroed: none. */
struct replace_groups {
	struct replace_group **list;
	size_t count, capacity;
	struct hash_index index;
	struct replace_group *spare;
	size_t spare_count;
};

/* Allocates for more steps, so that replace_groups_add() needs no memory. */
enum cgswap_status replace_groups_reserve(struct replace_groups *groups, size_t more);
void replace_groups_add(struct replace_groups *groups, const struct program *old,
			const struct program *new, bool of_object);
void replace_groups_free(struct replace_groups *groups);

#endif
