/* SPDX-License-Identifier: BSD-2-Clause */
/* The groups of a transaction's swaps, and their getters. */
#include "replace/replace_group.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "replace/replace.h"

static bool group_has_same_maps(const struct program *a, const struct program *b)
{
	return a->info.map_count == b->info.map_count &&
	       !memcmp(a->info.map_ids, b->info.map_ids,
		       a->info.map_count * sizeof(*a->info.map_ids));
}

static bool group_is_of(const void *item, const void *key)
{
	const struct replace_group *group = item, *wanted = key;

	if (group->new->info.id != wanted->new->info.id || strcmp(group->old->tag, wanted->old->tag))
		return false;
	return group->old->info.id == wanted->old->info.id || group->of_object ||
	       group_has_same_maps(group->old, wanted->old);
}

static uint64_t group_hash(const struct replace_group *group)
{
	uint64_t hash = hash_text(group->old->tag) ^ hash_number(group->new->info.id);

	for (size_t i = 0; !group->of_object && i < group->old->info.map_count; i++)
		hash = hash_number(hash ^ group->old->info.map_ids[i]);
	return hash;
}

static enum cgswap_status groups_grow(struct replace_groups *groups, size_t more)
{
	size_t capacity = groups->capacity ? groups->capacity : 4;
	struct replace_group **list;

	if (groups->count + more <= groups->capacity)
		return CGSWAP_OK;
	while (capacity < groups->count + more)
		capacity *= 2;
	list = realloc(groups->list, capacity * sizeof(*list));
	if (!list)
		return error_no_memory();
	groups->list = list;
	groups->capacity = capacity;
	return CGSWAP_OK;
}

enum cgswap_status replace_groups_reserve(struct replace_groups *groups, size_t more)
{
	enum cgswap_status status = groups_grow(groups, more);

	if (status)
		return status;
	if (hash_index_reserve(&groups->index, more))
		return error_no_memory();
	for (; groups->spare_count < more; groups->spare_count++) {
		struct replace_group *spare = calloc(1, sizeof(*spare));

		if (!spare)
			return error_no_memory();
		spare->next = groups->spare;
		groups->spare = spare;
	}
	return CGSWAP_OK;
}

void replace_groups_add(struct replace_groups *groups, const struct program *old,
			const struct program *new, bool of_object)
{
	struct replace_group wanted = { .old = old, .new = new, .of_object = of_object };
	uint64_t hash = group_hash(&wanted);
	struct replace_group *group = hash_index_find(&groups->index, hash, group_is_of, &wanted);

	if (!group) {
		group = groups->spare;
		groups->spare = group->next;
		groups->spare_count--;
		*group = wanted;
		groups->list[groups->count++] = group;
		hash_index_add(&groups->index, hash, group);
	}
	group->count++;
}

void replace_groups_free(struct replace_groups *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		free(groups->list[i]);
	free(groups->list);
	while (groups->spare) {
		struct replace_group *next = groups->spare->next;

		free(groups->spare);
		groups->spare = next;
	}
	hash_index_free(&groups->index, NULL);
}

/* ---- getters --------------------------------------------------------------------------------- */

size_t cgswap_replace_get_group_count(const cgswap_replace *replace)
{
	return replace && handle_is_open(&replace->handle) ? replace->groups.count : 0;
}

static const struct replace_group *group_at(const cgswap_replace *replace, size_t index)
{
	return index < cgswap_replace_get_group_count(replace) ? replace->groups.list[index] : NULL;
}

size_t cgswap_replace_get_group_length(const cgswap_replace *replace, size_t index)
{
	const struct replace_group *group = group_at(replace, index);

	return group ? group->count : 0;
}

uint32_t cgswap_replace_get_group_old_id(const cgswap_replace *replace, size_t index)
{
	const struct replace_group *group = group_at(replace, index);

	return group ? group->old->info.id : 0;
}

uint32_t cgswap_replace_get_group_new_id(const cgswap_replace *replace, size_t index)
{
	const struct replace_group *group = group_at(replace, index);

	return group ? group->new->info.id : 0;
}

const char *cgswap_replace_get_group_name(const cgswap_replace *replace, size_t index)
{
	const struct replace_group *group = group_at(replace, index);

	return group ? group->old->name : "";
}

const char *cgswap_replace_get_group_tag(const cgswap_replace *replace, size_t index)
{
	const struct replace_group *group = group_at(replace, index);

	return group ? group->old->tag : "";
}

size_t cgswap_replace_get_group_map_count(const cgswap_replace *replace, size_t index)
{
	const struct replace_group *group = group_at(replace, index);

	return group ? group->old->info.map_count : 0;
}

uint32_t cgswap_replace_get_group_map_id(const cgswap_replace *replace, size_t index, size_t map)
{
	const struct replace_group *group = group_at(replace, index);

	return group && map < group->old->info.map_count ? group->old->info.map_ids[map] : 0;
}
