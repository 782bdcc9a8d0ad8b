/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_group_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

uint64_t group_set_id(const struct load_groups *groups, const struct load_key *key)
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

struct group_index *group_index_find(const struct load_groups *groups,
				     const struct load_member *member, uint64_t id)
{
	const struct group_index wanted = { .file = member->file,
					    .new_maps = member->new_maps,
					    .id = id };

	return hash_index_find(&groups->by_map, group_index_hash(&wanted), group_index_is_same,
			       &wanted);
}

int group_index_make(struct group_index **out, struct load_groups *groups,
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

int group_list_reserve(struct group_list *list)
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

struct group_bucket *group_index_bucket(const struct group_index *index,
					const struct load_class *class)
{
	struct group_bucket *bucket = index ? index->buckets : NULL;

	while (bucket && bucket->class != class)
		bucket = bucket->next;
	return bucket;
}

int group_index_make_bucket(struct group_bucket **out, struct group_index *index,
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

void group_index_free(void *item)
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

bool group_member_is_program(const struct group_member *member, const struct load_member *program)
{
	return member->program.type == program->type &&
	       strcmp(member->program.name, program->name) == 0;
}
