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
	struct map_share maps;
	uint64_t searched; /* the number of the search that has looked at this group */
};

/* The number of groups of an index that have a program of this name. */
struct group_count {
	struct group_count *next;
	const char *name;
	const struct attach_type *type;
	size_t count;
};

/*
 * The groups whose old programs have one map, or, with a hash of their ids as the id, one set of
 * maps. All are of one file and of one kind of policy: others are not related.
 */
struct group_index {
	const struct load_cache_file *file;
	bool new_maps;
	uint64_t id;
	struct load_group **groups; /* the newest last; one may be there several times */
	size_t count, capacity;
	struct group_count *with; /* by the names of their programs */
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

static struct group_count *group_index_with(const struct group_index *index,
					    const struct load_member *member)
{
	struct group_count *with = index->with;

	while (with && (with->type != member->type || strcmp(with->name, member->name)))
		with = with->next;
	return with;
}

/* Allocates for one more group. */
static int group_index_reserve(struct group_index *index)
{
	size_t capacity = index->capacity ? 2 * index->capacity : 4;
	struct load_group **larger;

	if (index->count < index->capacity)
		return 0;
	larger = realloc(index->groups, capacity * sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	index->groups = larger;
	index->capacity = capacity;
	return 0;
}

static int group_index_make_count(struct group_index *index, const struct load_member *member)
{
	struct group_count *with;

	if (group_index_with(index, member))
		return 0;
	with = calloc(1, sizeof(*with));
	if (!with)
		return -ENOMEM;
	with->name = member->name;
	with->type = member->type;
	with->next = index->with;
	index->with = with;
	return 0;
}

static void group_index_free(void *item)
{
	struct group_index *index = item;
	struct group_count *with;

	while ((with = index->with)) {
		index->with = with->next;
		free(with);
	}
	free(index->groups);
	free(index);
}

/* ---- finding --------------------------------------------------------------------------------- */

static bool group_member_is_program(const struct group_member *member,
				    const struct load_member *program)
{
	return member->program.type == program->type &&
	       strcmp(member->program.name, program->name) == 0;
}

static bool load_group_has_program(const struct load_group *group,
				   const struct load_member *program)
{
	const struct group_member *member = group->members;

	while (member && !group_member_is_program(member, program))
		member = member->next;
	return member;
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

	for (size_t i = index ? index->count : 0; i && search->count < 2; i--)
		group_search_consider(search, index->groups[i - 1], common_data);
}

/*
 * For groups that have some map in common. A group with this very program has it for other maps and
 * is separate, or was found for the same maps; often all groups have it, and none is looked at.
 */
static void group_search_likely(struct group_search *search, uint64_t id)
{
	const struct group_index *index = group_index_find(search->groups, search->program, id);
	const struct group_count *with = index ? group_index_with(index, search->program) : NULL;
	size_t left = index ? index->count - (with ? with->count : 0) : 0;

	for (size_t i = index ? index->count : 0; i && left && search->count < 2; i--) {
		struct load_group *group = index->groups[i - 1];

		if (load_group_has_program(group, search->program))
			continue;
		left--;
		group_search_consider(search, group, false);
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

/* True if a member before this one is of the same program. */
static bool load_group_had_program(const struct load_group *group, const struct group_member *until)
{
	for (const struct group_member *member = group->members; member != until;
	     member = member->next)
		if (group_member_is_program(member, &until->program))
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

/* Allocates for the group in the index of a map, and for a count of each of its programs. */
static int load_group_reserve_map(struct load_groups *groups, struct load_group *group, uint32_t id)
{
	const struct group_member *member = group->members;
	struct group_index *index;
	int err = group_index_make(&index, groups, &member->program, id);

	if (!err)
		err = group_index_reserve(index);
	for (; member && !err; member = member->next)
		err = group_index_make_count(index, &member->program);
	return err;
}

static struct group_index *load_group_count_map(struct load_groups *groups,
						struct load_group *group, uint32_t id, int change)
{
	const struct group_member *member = group->members;
	struct group_index *index = group_index_find(groups, &member->program, id);

	for (; member; member = member->next)
		if (!load_group_had_program(group, member))
			group_index_with(index, &member->program)->count += change;
	return index;
}

static int load_group_leave_map(struct load_groups *groups, struct load_group *group, uint32_t id)
{
	load_group_count_map(groups, group, id, -1);
	return 0;
}

static int load_group_enter_map(struct load_groups *groups, struct load_group *group, uint32_t id)
{
	struct group_index *index = load_group_count_map(groups, group, id, 1);
	const struct group_member *old = group->members->next;

	/* the first member is the new one */
	while (old && !(old->program.key->known && load_key_has(old->program.key, id)))
		old = old->next;
	if (!old)
		index->groups[index->count++] = group;
	return 0;
}

/* The maps of a group change with a member, and so do the counts of all of its programs. */
static int load_group_add_member(struct load_groups *groups, struct load_group *group,
				 const struct load_member *program)
{
	struct group_member *member;
	int err;

	if (groups->one_set || load_group_has_member(group, program))
		return 0;
	member = calloc(1, sizeof(*member));
	if (!member)
		return -ENOMEM;
	member->program = *program;
	member->next = group->members;
	group->members = member;
	err = load_group_each_map(groups, group, load_group_reserve_map);
	group->members = member->next;
	if (err) {
		free(member);
		return err;
	}
	load_group_each_map(groups, group, load_group_leave_map);
	group->members = member;
	load_group_each_map(groups, group, load_group_enter_map);
	return 0;
}

/* Few groups have one set of maps, or the same read-only data: one as a rule. */
static void load_group_list(struct load_groups *groups, struct load_group *group,
			    const struct load_member *program, uint64_t id)
{
	struct group_index *index = group_index_find(groups, program, id);

	for (size_t i = 0; i < index->count; i++)
		if (index->groups[i] == group)
			return;
	index->groups[index->count++] = group;
}

static int load_group_reserve_list(struct load_groups *groups, const struct load_member *program,
				   uint64_t id)
{
	struct group_index *index;
	int err = group_index_make(&index, groups, program, id);

	return err ? err : group_index_reserve(index);
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
	while ((group = groups->list)) {
		groups->list = group->next;
		load_group_free(group);
	}
}
