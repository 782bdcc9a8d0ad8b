/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps of the old programs that the new ones do not use: their contents are those of the time of
 * the swap, whatever has happened since.
 */
#include <linux/bpf.h>
#include <string.h>

#include "base/error.h"
#include "kernel/errno_error.h"
#include "replace/replace_undo.h"

enum {
	MAPS_ENTRIES_MAX = 1 << 20,
	MAPS_KEY_MAX = 512,
	MAPS_NAMED_LENGTH = 400 /* then the message still has space for one more */
};

/* A pair of programs of the transaction that is taken back. */
struct undo_pair {
	struct program *old, *new;
	const struct dropped_maps *left, *used; /* each one's that the other does not use */
};

/* ---- entries --------------------------------------------------------------------------------- */

static uint64_t maps_count_keys(struct kernel *kernel, const struct map_fd *map)
{
	char keys[2][MAPS_KEY_MAX];
	const void *key = NULL;
	uint64_t count = 0;

	if (map->info.key_size > MAPS_KEY_MAX)
		return 0;
	/* others may change the map meanwhile, so that this could go on for ever */
	while (count < MAPS_ENTRIES_MAX &&
	       !kernel->ops->map_next_key(kernel, map->fd, key, keys[count & 1]))
		key = keys[count++ & 1];
	return count;
}

static uint64_t maps_count_entries(struct kernel *kernel, const struct map_fd *map)
{
	switch (map->info.type) {
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
		return map->info.max_entries;
	default:
		return maps_count_keys(kernel, map);
	}
}

/* ---- the error ------------------------------------------------------------------------------- */

static void maps_add(struct error_text *text, struct kernel *kernel, const struct dropped_map *map)
{
	struct map_fd *open;
	uint64_t count = 0;

	if (!map_fd_open(&open, kernel, map->id)) {
		count = maps_count_entries(kernel, open);
		map_fd_close(open);
	}
	error_text_add(text, "map %u{map_id} ('%s'{map}, %llu{count} entries)", map->id,
		       *map->name ? map->name : "?", (unsigned long long)count);
}

/* A map of globals has the name of its object too. */
static const char *maps_name(const struct dropped_map *map)
{
	const char *section = strchr(map->name, '.');

	return section ? section : map->name;
}

/* The map that the new program uses in its place; NULL: none. */
static const struct dropped_map *maps_counterpart(const struct dropped_maps *used,
						  const struct dropped_map *map)
{
	for (size_t i = 0; i < used->count; i++)
		if (strcmp(maps_name(&used->maps[i]), maps_name(map)) == 0)
			return &used->maps[i];
	return NULL;
}

static enum cgswap_status maps_refuse(const struct undo_pair *pair, struct kernel *kernel,
				      const struct dropped_map *const *maps, size_t count)
{
	struct error_text text;
	size_t named = 0;

	error_text_clear(&text);
	error_text_add(&text, "program %u{program_id} would go on with ", pair->old->info.id);
	for (; named < count && text.length < MAPS_NAMED_LENGTH; named++) {
		const struct dropped_map *other = maps_counterpart(pair->used, maps[named]);

		error_text_add(&text, "%s", named ? "; " : "");
		maps_add(&text, kernel, maps[named]);
		if (!other)
			continue;
		error_text_add(&text, ", and not with ");
		maps_add(&text, kernel, other);
	}
	if (named < count)
		error_text_add(&text, "; and %zu{count} more", count - named);
	error_text_add(&text,
		       ": %s not changed since program %u{program_id} was attached in its place",
		       count > 1 ? "its maps have" : "its map has", pair->new->info.id);
	error_set_text(CGSWAP_CAUSE_UNDO_LOSES_STATE, 0, &text);
	error_remedy("say that the maps of the old programs are wanted as they were at the swap "
		     "(--old-maps)");
	return CGSWAP_E_CONFLICT;
}

/* ---- the pairs ------------------------------------------------------------------------------- */

/* The record of the transaction tells if a program array is as it was: only loaders change it. */
static bool maps_is_array(struct kernel *kernel, uint32_t id)
{
	struct map_fd *map;
	bool is_array;

	if (map_fd_open(&map, kernel, id))
		return false;
	is_array = map->info.type == BPF_MAP_TYPE_PROG_ARRAY;
	map_fd_close(map);
	return is_array;
}

static enum cgswap_status maps_check_pair(const struct undo_pair *pair, struct kernel *kernel)
{
	const struct dropped_map *maps[KERNEL_MAPS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < pair->left->count; i++) {
		const struct dropped_map *map = &pair->left->maps[i];

		if (!maps_is_array(kernel, map->id) || maps_counterpart(pair->used, map))
			maps[count++] = map;
	}
	return count ? maps_refuse(pair, kernel, maps, count) : CGSWAP_OK;
}

static enum cgswap_status maps_check_step(struct recovery *undone, const struct journal_step *step,
					  struct hash_index *list)
{
	struct kernel *kernel = undone->session->kernel;
	struct undo_pair pair = { .old = NULL };
	enum cgswap_status status;

	status = recover_open_program(&pair.old, undone, &step->old);
	if (status)
		return status;
	status = recover_open_program(&pair.new, undone, &step->new);
	if (!status) {
		status = dropped_maps_read(&pair.left, list, pair.old, pair.new);
		if (!status)
			status = dropped_maps_read(&pair.used, list, pair.new, pair.old);
		if (!status)
			status = maps_check_pair(&pair, kernel);
		program_close_maps(pair.new);
		program_unref(pair.new);
	}
	program_close_maps(pair.old);
	program_unref(pair.old);
	return status;
}

static bool maps_same_programs(const void *item, const void *key)
{
	const struct journal_step *a = item, *b = key;

	return a->old.id == b->old.id && a->new.id == b->new.id;
}

enum cgswap_status undo_check_maps(struct recovery *undone)
{
	const struct journal_record *record = undone->journal->record;
	struct hash_index pairs = { .slots = NULL };
	enum cgswap_status status = CGSWAP_OK;
	struct hash_index list = { .slots = NULL };

	if (hash_index_reserve(&pairs, record->step_count))
		return error_no_memory();
	for (size_t i = 0; i < record->step_count && !status; i++) {
		struct journal_step *step = &record->steps[i];
		uint64_t hash = hash_number((uint64_t)step->old.id << 32 | step->new.id);

		if (!recovery_has_left(undone, i) ||
		    hash_index_find(&pairs, hash, maps_same_programs, step))
			continue;
		hash_index_add(&pairs, hash, step);
		status = maps_check_step(undone, step, &list);
	}
	dropped_maps_free(&list);
	hash_index_free(&pairs, NULL);
	return status;
}
