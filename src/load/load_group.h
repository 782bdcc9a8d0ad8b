/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The groups of a load_cache: programs of one file whose old programs come from one load of an
 * object share their new maps. A group is found by the maps of its old programs, and not by looking
 * at all groups: a transaction may load a program for each of ten thousand old ones.
 */
#ifndef CGSWAP_LOAD_LOAD_GROUP_H
#define CGSWAP_LOAD_LOAD_GROUP_H

#include "base/hash_index.h"
#include "load/load_class.h"
#include "load/map_share.h"

struct load_group;

/* Zeroed: empty. */
struct load_groups {
	bool one_set; /* all programs of a file are one group */
	struct load_group *list;
	struct load_class *classes;
	struct hash_index by_map; /* group_index */
	uint64_t searches;
};

/* Returns the group of the strongest relation; NULL: none, or several are equally strong. */
struct load_group *load_group_find(struct load_groups *groups, const struct load_member *member);

/* The new maps of the programs of a group. */
const struct map_share *load_group_maps(const struct load_group *group);

/*
 * Adds a program to *group, or to a new group if that is NULL. The member's name and key, and the
 * program, must live as long as the groups. indirect: other maps of its load, for one_set; the
 * group takes ownership. Returns 0 or -ENOMEM; then no group has it, nor the maps.
 */
int load_group_add(struct load_groups *groups, struct load_group **group,
		   const struct load_member *member, const struct program *program,
		   struct indirect_map *indirect);

/* Closes the maps that the groups hold open, as program_close_maps() does for those of a program.
 */
void load_groups_close_maps(struct load_groups *groups);

void load_groups_free(struct load_groups *groups);

#endif
