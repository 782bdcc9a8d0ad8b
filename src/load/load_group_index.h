/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The groups of a load_cache and their indexes, inside of these files, each of which uses only those
 * above it:
 *
 *	load_group_index.c  the indexes, by the maps of the old programs
 *	load_group.c        adds programs to groups
 *	load_group_find.c   finds the group of a program
 */
#ifndef CGSWAP_LOAD_LOAD_GROUP_INDEX_H
#define CGSWAP_LOAD_LOAD_GROUP_INDEX_H

#include "load/load_group.h"

/*
 * The programs of a group that have one name, one type and one set of maps, read-only data aside:
 * their relation to another program is the same.
 */
struct group_member {
	struct group_member *next;
	struct load_member program;
};

struct load_group {
	struct load_group *next;
	struct group_member *members;
	const struct load_class *class;
	struct map_share maps;
	uint64_t searched; /* the number of the search that has looked at this group */
};

/* A group may be there several times. */
struct group_list {
	struct load_group **groups;
	size_t count, capacity;
};

/* The groups of one class that have a map, and those that had this class before. */
struct group_bucket {
	struct group_bucket *next;
	const struct load_class *class;
	struct group_list list;
};

/*
 * The groups whose old programs have one map, or, with a hash of their ids as the id, one set of
 * maps. All are of one file and of one kind of policy: others are not related.
 */
struct group_index {
	const struct load_cache_file *file;
	bool new_maps;
	uint64_t id;
	struct group_list surely;     /* they are related: a set of maps, or read-only data */
	struct group_bucket *buckets; /* any other map: the groups by their classes */
};

/* The id of the set of maps of a program with this key. */
uint64_t group_set_id(const struct load_groups *groups, const struct load_key *key);

/* The index of a map, or of a set of maps, for the groups that may be related to the program; or
 * NULL. */
struct group_index *group_index_find(const struct load_groups *groups,
				     const struct load_member *member, uint64_t id);

/* The same, which is made if there is none. Returns 0 or -ENOMEM. */
int group_index_make(struct group_index **out, struct load_groups *groups,
		     const struct load_member *member, uint64_t id);

/* Allocates for one more group. Returns 0 or -ENOMEM. */
int group_list_reserve(struct group_list *list);

/* The groups of a class in an index, which may be NULL; or NULL. */
struct group_bucket *group_index_bucket(const struct group_index *index,
					const struct load_class *class);

/* The same, which are made if there are none. Returns 0 or -ENOMEM. */
int group_index_make_bucket(struct group_bucket **out, struct group_index *index,
			    const struct load_class *class);

void group_index_free(void *item);

/* True if the member has the name and the type of the program. */
bool group_member_is_program(const struct group_member *member, const struct load_member *program);

#endif
