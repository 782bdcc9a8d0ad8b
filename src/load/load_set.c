/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/string_list.h"
#include "base/text.h"

struct load_set {
	struct load_set *next;
	struct load_cache cache;
	const struct object_file *file;
	enum cgswap_map_policy maps;
	enum cgswap_constant_policy constants;
	char **map_choices, **constant_choices;
	char *old_object;
	bool loaded;
	size_t count; /* the ids of the maps of all old programs, ascending */
	uint32_t ids[];
};

/* ---- the maps of the old programs -------------------------------------------------------------
 */

static int load_set_compare_ids(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

static size_t load_set_sort(uint32_t *ids, size_t count)
{
	size_t kept = 0;

	qsort(ids, count, sizeof(*ids), load_set_compare_ids);
	for (size_t i = 0; i < count; i++)
		if (!kept || ids[kept - 1] != ids[i])
			ids[kept++] = ids[i];
	return kept;
}

static struct load_set *load_set_new(const struct load_set_request *request)
{
	struct load_set *set;
	size_t count = 0;

	for (size_t i = 0; i < request->old_count; i++)
		count += request->olds[i]->info.map_count;
	set = calloc(1, sizeof(*set) + count * sizeof(*set->ids));
	if (!set)
		return NULL;
	for (size_t i = 0; i < request->old_count; i++) {
		const struct kernel_program *old = &request->olds[i]->info;

		for (size_t j = 0; j < old->map_count; j++)
			set->ids[set->count++] = old->map_ids[j];
	}
	set->count = load_set_sort(set->ids, set->count);
	set->file = request->file;
	set->maps = request->opts.maps;
	set->constants = request->opts.constants;
	set->cache.groups.one_set = true;
	return set;
}

static void load_set_free(struct load_set *set)
{
	load_cache_free(&set->cache);
	string_list_free(set->map_choices);
	string_list_free(set->constant_choices);
	free(set->old_object);
	free(set);
}

void load_sets_free(struct load_set *list)
{
	struct load_set *set;

	while ((set = list)) {
		list = set->next;
		load_set_free(set);
	}
}

static bool load_set_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool load_set_is_same(const struct load_set *a, const struct load_set *b)
{
	return a->file == b->file && a->maps == b->maps && a->constants == b->constants &&
	       a->count == b->count && memcmp(a->ids, b->ids, a->count * sizeof(*a->ids)) == 0 &&
	       load_set_same_text(a->old_object, b->old_object) &&
	       string_list_same((const char *const *)a->map_choices,
				(const char *const *)b->map_choices) &&
	       string_list_same((const char *const *)a->constant_choices,
				(const char *const *)b->constant_choices);
}

static enum cgswap_status load_set_copy_opts(struct load_set *set, const struct load_opts *opts)
{
	enum cgswap_status status = string_list_copy(&set->map_choices, opts->map_choices);

	if (!status)
		status = string_list_copy(&set->constant_choices, opts->constant_choices);
	if (status || !opts->old_object)
		return status;
	set->old_object = strdup(opts->old_object);
	return set->old_object ? CGSWAP_OK : error_no_memory();
}

/* Finds the set for these old maps, or adds it. */
static enum cgswap_status load_set_find(struct load_set **out, struct load_set **list,
					const struct load_set_request *request)
{
	struct load_set *set = load_set_new(request), *known;
	enum cgswap_status status;

	if (!set)
		return error_no_memory();
	status = load_set_copy_opts(set, &request->opts);
	for (known = status ? NULL : *list; known; known = known->next)
		if (load_set_is_same(known, set))
			break;
	if (!status && !known)
		status = load_cache_add_file(&set->cache, request->path, request->file);
	if (status || known) {
		load_set_free(set);
		*out = known;
		return status;
	}
	set->next = *list;
	*list = *out = set;
	return CGSWAP_OK;
}

/* ---- loading --------------------------------------------------------------------------------- */

static bool load_set_uses(const struct load_set_program *programs, size_t count, uint32_t id)
{
	for (size_t i = 0; i < count; i++)
		if (program_uses_map(programs[i].program, id))
			return true;
	return false;
}

static enum cgswap_status load_set_error_dropped(const struct load_set_request *request,
						 const struct program *old,
						 const struct dropped_map *map)
{
	return error_set(CGSWAP_CAUSE_MAP_DROPPED, 0,
			 "map '%.100s'{map} of program %u{program_id} is not used by the programs "
			 "of '%.300s'{path}, and all maps must be reused (--maps require)",
			 *map->name ? map->name : "?", old->info.id, request->path);
}

/* A map that another program of the set uses is not dropped. */
static enum cgswap_status load_set_check(const struct load_set_request *request,
					 const struct load_set_program *programs, size_t count)
{
	enum cgswap_status status = CGSWAP_OK;
	struct hash_index pairs = { 0 };

	for (size_t i = 0; i < request->old_count && !status; i++) {
		const struct program *old = request->olds[i];
		const struct dropped_maps *dropped;

		status = dropped_maps_read(&dropped, &pairs, old, programs[0].program);
		for (size_t j = 0; !status && j < dropped->count; j++)
			if (!load_set_uses(programs, count, dropped->maps[j].id))
				status = load_set_error_dropped(request, old, &dropped->maps[j]);
	}
	dropped_maps_free(&pairs);
	return status;
}

static bool load_set_claims_map(const struct program *program, const char *name)
{
	for (const struct map_claim *claim = program->claims; claim; claim = claim->next)
		if (strcmp(text_file_name(map_claim_path(claim)), name) == 0)
			return true;
	return false;
}

/* True if a program of the set has the map, or pins it for a program that it calls. */
static bool load_set_has_map(const struct load_set_program *programs, size_t count,
			     const char *name)
{
	for (size_t i = 0; i < count; i++) {
		const struct program *program = programs[i].program;

		if (load_set_claims_map(program, name))
			return true;
		for (size_t j = 0; program->maps && j < program->info.map_count; j++)
			if (strcmp(program->maps[j].name, name) == 0)
				return true;
	}
	return false;
}

/* Removes the maps that another program of the set pins. */
static void load_set_reduce_unpinned(const struct load_set_program *programs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char **to = programs[i].program->unpinned_maps, **from = to;

		for (; from && *from; from++)
			if (load_set_has_map(programs, count, *from))
				free(*from);
			else
				*to++ = *from;
		if (to)
			*to = NULL;
	}
}

/* Once for a set. What is left after the reduction is the same for all programs. */
static void load_set_log_unpinned(struct load_set *set, const struct load_set_request *request,
				  const struct load_set_program *programs)
{
	char **unpinned = programs[0].program->unpinned_maps;

	for (; !set->loaded && unpinned && *unpinned; unpinned++)
		session_log(request->session, CGSWAP_LOG_WARNING,
			    "map '%s' of '%s' is not pinned: none of the loaded programs uses it",
			    *unpinned, request->path);
	set->loaded = true;
}

static enum cgswap_status load_set_load(struct load_set *set,
					const struct load_set_request *request,
					struct load_set_program *programs, size_t count)
{
	struct load_opts opts = request->opts;
	enum cgswap_status status = CGSWAP_OK;

	/* maps are required of the programs together, not of each; constants belong to all */
	opts.require_constants = opts.maps == CGSWAP_MAPS_REQUIRE;
	if (opts.require_constants)
		opts.maps = CGSWAP_MAPS_REUSE;
	set->cache.olds = request->olds;
	set->cache.old_count = request->old_count;
	for (size_t i = 0; i < count && !status; i++) {
		const struct program *old = programs[i].old;

		if (!old && request->old_count)
			old = request->olds[0];
		status = load_cache_open_named(&programs[i].program, &programs[i].constants,
					       &set->cache, request->session, request->path,
					       programs[i].name, programs[i].type, old, &opts);
	}
	if (!status && request->opts.maps == CGSWAP_MAPS_REQUIRE)
		status = load_set_check(request, programs, count);
	if (!status) {
		load_set_reduce_unpinned(programs, count);
		load_set_log_unpinned(set, request, programs);
	}
	set->cache.olds = NULL;
	set->cache.old_count = 0;
	return status;
}

enum cgswap_status load_set_open(struct load_set **list, const struct load_set_request *request,
				 struct load_set_program *programs, size_t count)
{
	enum cgswap_status status;
	struct load_set *set = NULL;

	for (size_t i = 0; i < count; i++) {
		programs[i].program = NULL;
		programs[i].constants = NULL;
	}
	status = load_set_find(&set, list, request);
	if (!status)
		status = load_set_load(set, request, programs, count);
	for (size_t i = 0; i < count; i++)
		if (programs[i].program)
			program_close_maps(programs[i].program);
	if (set)
		load_groups_close_maps(&set->cache.groups);
	for (size_t i = 0; i < request->old_count; i++)
		program_close_maps(request->olds[i]);
	for (size_t i = 0; status && i < count; i++) {
		program_unref(programs[i].program);
		constant_report_unref(programs[i].constants);
		programs[i].program = NULL;
		programs[i].constants = NULL;
	}
	return status;
}
