/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_group.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- indexes --------------------------------------------------------------------------------- */

static uint64_t group_set_id(const struct load_groups *groups, const struct load_key *key)
{
	/* ids of maps have 32 bits */
	return 1ULL << 63 | (groups->one_set ? 0 : load_key_hash(key));
}

static bool group_index_is_same(const void *item, const void *key)
{
	const struct group_index *index = item, *wanted = key;

	return index->file == wanted->file && index->new_maps == wanted->new_maps &&
	       index->id == wanted->id;
}

static uint64_t group_index_hash(const struct group_index *index)
{
	return hash_number(hash_number((uintptr_t)index->file + index->new_maps) ^ index->id);
}

static struct group_index *group_index_find(const struct load_groups *groups,
					    const struct load_member *member, uint64_t id)
{
	const struct group_index wanted = { .file = member->file,
					    .new_maps = member->new_maps,
					    .id = id };

	return hash_index_find(&groups->by_map, group_index_hash(&wanted), group_index_is_same,
			       &wanted);
}

static int group_index_make(struct group_index **out, struct load_groups *groups,
			    const struct load_member *member, uint64_t id)
{
	struct group_index *index = group_index_find(groups, member, id);

	*out = index;
	if (index)
		return 0;
	index = calloc(1, sizeof(*index));
	if (!index || hash_index_reserve(&groups->by_map, 1)) {
		free(index);
		return -ENOMEM;
	}
	index->file = member->file;
	index->new_maps = member->new_maps;
	index->id = id;
	hash_index_add(&groups->by_map, group_index_hash(index), index);
	*out = index;
	return 0;
}

/* Allocates for one more group. */
static int group_list_reserve(struct group_list *list)
{
	size_t capacity = list->capacity ? 2 * list->capacity : 4;
	struct load_group **larger;

	if (list->count < list->capacity)
		return 0;
	larger = realloc(list->groups, capacity * sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	list->groups = larger;
	list->capacity = capacity;
	return 0;
}

static struct group_bucket *group_index_bucket(const struct group_index *index,
					       const struct load_class *class)
{
	struct group_bucket *bucket = index ? index->buckets : NULL;

	while (bucket && bucket->class != class)
		bucket = bucket->next;
	return bucket;
}

static int group_index_make_bucket(struct group_bucket **out, struct group_index *index,
				   const struct load_class *class)
{
	*out = group_index_bucket(index, class);
	if (*out)
		return 0;
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	(*out)->class = class;
	(*out)->next = index->buckets;
	index->buckets = *out;
	return 0;
}

static void group_index_free(void *item)
{
	struct group_index *index = item;
	struct group_bucket *bucket;

	while ((bucket = index->buckets)) {
		index->buckets = bucket->next;
		free(bucket->list.groups);
		free(bucket);
	}
	free(index->surely.groups);
	free(index);
}

/* ---- finding --------------------------------------------------------------------------------- */

static bool group_member_is_program(const struct group_member *member,
				    const struct load_member *program)
{
	return member->program.type == program->type &&
	       strcmp(member->program.name, program->name) == 0;
}

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

const struct map_share *load_group_maps(const struct load_group *group)
{
	return &group->maps;
}

/* ---- adding ---------------------------------------------------------------------------------- */

/* True if the group has the program for the same maps, read-only data aside. */
static bool load_group_has_member(const struct load_group *group, const struct load_member *program)
{
	for (const struct group_member *member = group->members; member; member = member->next)
		if (group_member_is_program(member, program) &&
		    member->program.key->known == program->key->known &&
		    load_key_same(member->program.key, program->key))
			return true;
	return false;
}

/* True if a member before this one has the map. */
static bool load_group_had_map(const struct load_group *group, const struct group_member *until,
			       uint32_t id)
{
	for (const struct group_member *member = group->members; member != until;
	     member = member->next)
		if (member->program.key->known && load_key_has(member->program.key, id))
			return true;
	return false;
}

typedef int load_group_fn(struct load_groups *groups, struct load_group *group, uint32_t id);

/* Calls fn for each map, read-only data aside, until it fails. */
static int load_group_each_map(struct load_groups *groups, struct load_group *group,
			       load_group_fn *fn)
{
	int err = 0;

	for (const struct group_member *member = group->members; member; member = member->next) {
		const struct load_key *key = member->program.key;

		for (size_t i = 0; !err && key->known && i < key->count; i++)
			if (key->maps[i].kind != MAP_READ_ONLY &&
			    !load_group_had_map(group, member, key->maps[i].id))
				err = fn(groups, group, key->maps[i].id);
	}
	return err;
}

static int load_group_reserve_map(struct load_groups *groups, struct load_group *group, uint32_t id)
{
	const struct load_member *member = &group->members->program;
	struct group_bucket *bucket;
	struct group_index *index;
	int err = group_index_make(&index, groups, member, id);

	if (!err)
		err = group_index_make_bucket(&bucket, index, group->class);
	return err ? err : group_list_reserve(&bucket->list);
}

static int load_group_enter_map(struct load_groups *groups, struct load_group *group, uint32_t id)
{
	const struct group_index *index = group_index_find(groups, &group->members->program, id);
	struct group_list *list = &group_index_bucket(index, group->class)->list;

	list->groups[list->count++] = group;
	return 0;
}

/* The class may change with the member: the old buckets have the group until a search. */
static int load_group_add_member(struct load_groups *groups, struct load_group *group,
				 const struct load_member *program)
{
	const struct load_class *class = group->class;
	struct group_member *member;
	int err;

	if (groups->one_set || load_group_has_member(group, program))
		return 0;
	member = calloc(1, sizeof(*member));
	err = member ? load_class_make(&group->class, &groups->classes, class, program) : -ENOMEM;
	if (err) {
		free(member);
		return err;
	}
	member->program = *program;
	member->next = group->members;
	group->members = member;
	err = load_group_each_map(groups, group, load_group_reserve_map);
	if (!err)
		return load_group_each_map(groups, group, load_group_enter_map);
	group->members = member->next;
	group->class = class;
	free(member);
	return err;
}

/* Few groups have one set of maps, or the same read-only data: one as a rule. */
static void load_group_list(struct load_groups *groups, struct load_group *group,
			    const struct load_member *program, uint64_t id)
{
	struct group_index *index = group_index_find(groups, program, id);

	for (size_t i = 0; i < index->surely.count; i++)
		if (index->surely.groups[i] == group)
			return;
	index->surely.groups[index->surely.count++] = group;
}

static int load_group_reserve_list(struct load_groups *groups, const struct load_member *program,
				   uint64_t id)
{
	struct group_index *index;
	int err = group_index_make(&index, groups, program, id);

	return err ? err : group_list_reserve(&index->surely);
}

static int load_group_reserve(struct load_groups *groups, struct load_group *group,
			      const struct load_member *member, const struct program *program)
{
	const struct load_key *key = member->key;
	int err = load_group_reserve_list(groups, member, group_set_id(groups, key));

	for (size_t i = 0; !err && key->known && i < key->count; i++)
		if (key->maps[i].kind == MAP_READ_ONLY)
			err = load_group_reserve_list(groups, member, key->maps[i].id);
	return err ? err : map_share_reserve(&group->maps, program);
}

static void load_group_free(struct load_group *group)
{
	struct group_member *member;

	while ((member = group->members)) {
		group->members = member->next;
		free(member);
	}
	map_share_free(&group->maps);
	free(group);
}

int load_group_add(struct load_groups *groups, struct load_group **out,
		   const struct load_member *member, const struct program *program)
{
	struct load_group *group = *out ? *out : calloc(1, sizeof(*group));
	const struct load_key *key = member->key;
	int err = group ? load_group_reserve(groups, group, member, program) : -ENOMEM;

	if (!err)
		err = load_group_add_member(groups, group, member);
	if (err) {
		if (group && !*out)
			load_group_free(group);
		return err;
	}
	load_group_list(groups, group, member, group_set_id(groups, key));
	for (size_t i = 0; key->known && i < key->count; i++)
		if (key->maps[i].kind == MAP_READ_ONLY)
			load_group_list(groups, group, member, key->maps[i].id);
	map_share_add(&group->maps, program);
	if (!*out) {
		group->next = groups->list;
		groups->list = group;
		*out = group;
	}
	return 0;
}

void load_groups_free(struct load_groups *groups)
{
	struct load_group *group;

	hash_index_free(&groups->by_map, group_index_free);
	load_classes_free(groups->classes);
	while ((group = groups->list)) {
		groups->list = group->next;
		load_group_free(group);
	}
}
