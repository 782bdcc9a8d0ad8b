/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_group_index.h"

/* A program that is loaded twice is separate: each old program has its own maps. */
static enum load_relation group_member_relation(const struct group_member *member,
						const struct load_member *program)
{
	if (group_member_is_program(member, program) &&
	    !load_key_same(member->program.key, program->key))
		return LOAD_RELATION_SEPARATE;
	return load_key_relation(member->program.key, program->key);
}

/* common_data: the old programs have read-only data in common. */
static enum load_relation load_group_relation(const struct load_groups *groups,
					      const struct load_group *group,
					      const struct load_member *program, bool common_data)
{
	enum load_relation relation = common_data ? LOAD_RELATION_SURE : LOAD_RELATION_NONE;

	if (groups->one_set)
		return LOAD_RELATION_SURE;
	for (const struct group_member *member = group->members; member; member = member->next) {
		enum load_relation found = group_member_relation(member, program);

		if (found > relation)
			relation = found;
	}
	return relation;
}

/* The strongest groups so far; more than one is as good as none. */
struct group_search {
	struct load_groups *groups;
	const struct load_member *program;
	enum load_relation wanted;
	struct load_group *found;
	size_t count;
};

static void group_search_consider(struct group_search *search, struct load_group *group,
				  bool common_data)
{
	if (group->searched == search->groups->searches)
		return;
	group->searched = search->groups->searches;
	if (load_group_relation(search->groups, group, search->program, common_data) !=
	    search->wanted)
		return;
	search->found = group;
	search->count++;
}

/* For groups that are surely related: they have the same maps, or read-only data in common. */
static void group_search_sure(struct group_search *search, uint64_t id, bool common_data)
{
	const struct group_index *index = group_index_find(search->groups, search->program, id);

	for (size_t i = index ? index->surely.count : 0; i && search->count < 2; i--)
		group_search_consider(search, index->surely.groups[i - 1], common_data);
}

/*
 * A group of the class that has another instance of a map of this program is separate. So the
 * others have each map of this program whose origin the class has; returns the id of the one that
 * the fewest groups have, or 0 if the class has none of the origins.
 */
static uint64_t group_search_rarest(const struct group_search *search,
				    const struct load_class *class)
{
	const struct load_key *key = search->program->key;
	size_t fewest = SIZE_MAX;
	uint64_t rarest = 0;

	for (size_t i = 0; i < key->count && fewest; i++) {
		const struct group_bucket *bucket;
		size_t count;

		if (!load_class_has_origin(class, &key->maps[i]))
			continue;
		bucket = group_index_bucket(
			group_index_find(search->groups, search->program, key->maps[i].id), class);
		count = bucket ? bucket->list.count : 0;
		if (count >= fewest)
			continue;
		fewest = count;
		rarest = key->maps[i].id;
	}
	return rarest;
}

/* Removes the groups that have another class by now. */
static void group_search_bucket(struct group_search *search, struct group_bucket *bucket)
{
	struct group_list *list = &bucket->list;

	for (size_t i = list->count; i && search->count < 2; i--) {
		struct load_group *group = list->groups[i - 1];

		if (group->class == bucket->class)
			group_search_consider(search, group, false);
		else
			list->groups[i - 1] = list->groups[--list->count];
	}
}

/*
 * For groups that have some map in common. A group with this very program has it for other maps and
 * is separate, or was found for the same maps.
 */
static void group_search_likely(struct group_search *search, uint64_t id)
{
	const struct group_index *index = group_index_find(search->groups, search->program, id);
	struct group_bucket *bucket = index ? index->buckets : NULL;

	for (; bucket && search->count < 2; bucket = bucket->next) {
		uint64_t rarest;

		if (load_class_has_program(bucket->class, search->program))
			continue;
		rarest = group_search_rarest(search, bucket->class);
		if (!rarest || rarest == id)
			group_search_bucket(search, bucket);
	}
}

static void group_search_begin(struct group_search *search, enum load_relation wanted)
{
	search->groups->searches++;
	search->wanted = wanted;
	search->found = NULL;
	search->count = 0;
}

struct load_group *load_group_find(struct load_groups *groups, const struct load_member *program)
{
	struct group_search search = { .groups = groups, .program = program };
	const struct load_key *key = program->key;

	group_search_begin(&search, LOAD_RELATION_SURE);
	group_search_sure(&search, group_set_id(groups, key), false);
	for (size_t i = 0; key->known && i < key->count; i++)
		if (key->maps[i].kind == MAP_READ_ONLY)
			group_search_sure(&search, key->maps[i].id, true);
	if (!search.count && !groups->one_set && key->known) {
		group_search_begin(&search, LOAD_RELATION_LIKELY);
		for (size_t i = 0; i < key->count; i++)
			if (key->maps[i].kind != MAP_READ_ONLY)
				group_search_likely(&search, key->maps[i].id);
	}
	return search.count == 1 ? search.found : NULL;
}
