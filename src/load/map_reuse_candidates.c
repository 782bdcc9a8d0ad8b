/* SPDX-License-Identifier: BSD-2-Clause */
/* Describes the old program's maps that a map of the object may be, so that the caller can choose.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load/map_reuse_internal.h"

enum { MOST_ENTRIES = 1000, DESCRIPTION_SIZE = MAP_SPEC_TEXT_SIZE + 64 };

/* Counts the entries by their keys; -1: the kernel cannot list them. */
static int map_candidate_count(struct kernel *kernel, const struct map_fd *map)
{
	char *keys = calloc(2, map->info.key_size);
	int count = 0, err = keys && map->info.key_size ? 0 : -ENOMEM;

	while (!err && count <= MOST_ENTRIES) {
		char *next = keys + (count % 2 ? map->info.key_size : 0);
		char *key = keys + (count % 2 ? 0 : map->info.key_size);

		err = kernel->ops->map_next_key(kernel, map->fd, count ? key : NULL, next);
		count += !err;
	}
	free(keys);
	return !err || err == -ENOENT ? count : -1;
}

/* An array has all its entries, and no others. */
static bool map_candidate_is_array(uint32_t type)
{
	return type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

/* Writes "hash (key 4B, value 8B), 3 entries" to text. */
static void map_candidate_describe(char *text, const struct map_reuse *reuse, size_t old)
{
	const struct map_fd *map = reuse->old_maps.fds[old];
	const struct map_view *view = &reuse->old_maps.maps[old];
	char spec[MAP_SPEC_TEXT_SIZE];
	int count;

	map_spec_text(spec, &view->spec);
	if (map_spec_holds_programs(&view->spec)) {
		snprintf(text, DESCRIPTION_SIZE, "%s, %u slots in use", spec, view->slots);
		return;
	}
	count = map_candidate_is_array(view->spec.type)
			? (int)view->spec.max_entries
			: map_candidate_count(reuse->request.kernel, map);
	if (count < 0)
		snprintf(text, DESCRIPTION_SIZE, "%s", spec);
	else if (count > MOST_ENTRIES && !map_candidate_is_array(view->spec.type))
		snprintf(text, DESCRIPTION_SIZE, "%s, over %d entries", spec, MOST_ENTRIES);
	else
		snprintf(text, DESCRIPTION_SIZE, "%s, %d entr%s", spec, count,
			 count == 1 ? "y" : "ies");
}

/* True if the caller has chosen this map for another map of the object. */
static bool map_candidate_is_chosen(const struct map_reuse *reuse, uint32_t id)
{
	for (size_t i = 0; i < reuse->count; i++) {
		const struct map_choice *choice = reuse->maps[i].choice;

		if (choice && choice->kind == MAP_CHOICE_ID && choice->id == id)
			return true;
	}
	return false;
}

uint32_t map_reuse_add_candidates(struct error_text *text, const struct map_reuse *reuse,
				  size_t index)
{
	const struct program_maps *olds = &reuse->old_maps;
	const struct map_view *view = &reuse->views[index];
	bool named = reuse->matches[index].candidates > 0;
	char spec[DESCRIPTION_SIZE], candidate[DESCRIPTION_SIZE + 32];
	uint32_t first = 0;

	for (size_t i = 0; i < olds->count; i++) {
		const struct map_view *old = &olds->maps[i];

		if (named ? !map_match_may_be(view, old) : old->spec.type != view->spec.type)
			continue;
		if (map_candidate_is_chosen(reuse, olds->ids[i]))
			continue;
		map_candidate_describe(spec, reuse, i);
		snprintf(candidate, sizeof(candidate), "id:%u (%s)", olds->ids[i], spec);
		error_text_add(text, "%s%s{candidate}", first ? ", " : "; candidates: ", candidate);
		first = first ? first : olds->ids[i];
	}
	return first;
}
