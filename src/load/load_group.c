/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_group_index.h"

#include <errno.h>
#include <stdlib.h>

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
			      const struct load_member *member, const struct program *program,
			      const struct indirect_map *indirect)
{
	const struct load_key *key = member->key;
	int err = load_group_reserve_list(groups, member, group_set_id(groups, key));

	for (size_t i = 0; !err && key->known && i < key->count; i++)
		if (key->maps[i].kind == MAP_READ_ONLY)
			err = load_group_reserve_list(groups, member, key->maps[i].id);
	return err ? err : map_share_reserve(&group->maps, program, indirect);
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
		   const struct load_member *member, const struct program *program,
		   struct indirect_map *indirect)
{
	struct load_group *group = *out ? *out : calloc(1, sizeof(*group));
	const struct load_key *key = member->key;
	int err = group ? load_group_reserve(groups, group, member, program, indirect) : -ENOMEM;

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
	map_share_add(&group->maps, program, indirect);
	if (!*out) {
		group->next = groups->list;
		groups->list = group;
		*out = group;
	}
	return 0;
}

const struct map_share *load_group_maps(const struct load_group *group)
{
	return &group->maps;
}

void load_groups_close_maps(struct load_groups *groups)
{
	for (struct load_group *group = groups->list; group; group = group->next)
		map_share_close(&group->maps);
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
