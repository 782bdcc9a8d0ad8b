/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libbpf creates all maps of an object, also those of programs that it does not load. This file
 * follows the references of the program to be loaded: to maps and variables, and through its
 * subprograms, as libbpf does when it relocates them; and through the initial values of its maps of
 * maps and program arrays.
 */
#include "object/needed_maps.h"

#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "object/elf_check.h"
#include "object/function_table.h"
#include "object/map_spec.h"
#include "object/prog_array.h"

struct needed_map {
	struct bpf_map *map;
	const char *name;
	bool needed;
};

struct needed_maps {
	struct bpf_object *object;
	const struct object_file *file;
	struct function_table functions;
	bool *wanted; /* one for each function: the programs run it */
	bool *done;   /* likewise: its references are followed */
	bool understood;
	size_t map_count;
	struct needed_map *maps;
};

static bool needed_begin(struct needed_maps *all)
{
	struct bpf_map *map;
	size_t count = 0;

	bpf_object__for_each_map(map, all->object) count++;
	/* one more: malloc() of size 0 may return NULL */
	all->maps = malloc((count + 1) * sizeof(*all->maps));
	if (!all->maps || !function_table_open(&all->functions, all->file))
		return false;
	bpf_object__for_each_map(map, all->object)
	{
		all->maps[all->map_count++] = (struct needed_map){ .map = map,
								   .name = bpf_map__name(map) };
	}
	all->wanted = calloc(all->functions.count + 1, 2 * sizeof(*all->wanted));
	if (!all->wanted)
		return false;
	all->done = all->wanted + all->functions.count;
	return true;
}

static void needed_end(struct needed_maps *all)
{
	function_table_close(&all->functions);
	free(all->maps);
	free(all->wanted);
}

static bool needed_mark_map(struct needed_maps *all, const char *name)
{
	for (size_t i = 0; i < all->map_count; i++)
		if (strcmp(all->maps[i].name, name) == 0) {
			all->maps[i].needed = true;
			return true;
		}
	return false;
}

/* libbpf names the map of a section of variables "OBJECT.bss". */
static const char *needed_section(const struct needed_map *map)
{
	return bpf_map__is_internal(map->map) ? strchr(map->name, '.') : NULL;
}

static bool needed_mark_whole_section(struct needed_maps *all, const char *section)
{
	for (size_t i = 0; i < all->map_count; i++) {
		const char *name = needed_section(&all->maps[i]);

		if (name && strcmp(name, section) == 0) {
			all->maps[i].needed = true;
			return true;
		}
	}
	return false;
}

/* The name of the map may be cut: ".data.cou" for .data.counters. */
static bool needed_mark_section(struct needed_maps *all, const char *section)
{
	bool found = false;

	if (needed_mark_whole_section(all, section))
		return true;
	for (size_t i = 0; i < all->map_count; i++) {
		const char *name = needed_section(&all->maps[i]);

		if (!name || strncmp(section, name, strlen(name)) != 0)
			continue;
		all->maps[i].needed = true;
		found = true;
	}
	return found;
}

/* Marks the target of one reference; false if it is not understood. */
static bool needed_mark_target(struct needed_maps *all, const struct function_reference *to)
{
	switch (to->kind) {
	case REFERENCE_FUNCTION:
		all->wanted[to->function] = true;
		return true;
	case REFERENCE_MAP:
		return needed_mark_map(all, to->name);
	case REFERENCE_VARIABLE:
		return needed_mark_section(all, to->name);
	case REFERENCE_EXTERN:
		/* a variable of .kconfig, whose map is always created, or a symbol of the kernel */
		return true;
	case REFERENCE_UNKNOWN:
		break;
	}
	return false;
}

static void needed_mark_programs(struct needed_maps *all)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, all->object)
	{
		size_t index;

		if (!bpf_program__autoload(program))
			continue;
		if (function_table_find(&all->functions, bpf_program__name(program), &index))
			all->wanted[index] = true;
		else
			all->understood = false;
	}
}

/* Follows the references of the functions that are wanted and not done; false: there are none. */
static bool needed_follow(struct needed_maps *all)
{
	bool some = false;

	for (size_t i = 0; i < all->functions.count && all->understood; i++) {
		struct function_reference to;
		size_t at = 0;

		if (!all->wanted[i] || all->done[i])
			continue;
		all->done[i] = some = true;
		while (all->understood && function_table_next(&all->functions, i, &at, &to))
			all->understood = needed_mark_target(all, &to);
	}
	return some;
}

static size_t needed_index(const struct needed_maps *all, const struct bpf_map *map)
{
	size_t index = 0;

	while (index < all->map_count && all->maps[index].map != map)
		index++;
	return index;
}

/* A map of maps needs the maps that its source puts into it, and a program array the programs. */
static void needed_mark_value(struct bpf_map *map, const char *name, void *user)
{
	struct map_spec spec = map_spec_of_object_map(map);
	struct needed_maps *all = user;
	size_t function, index = needed_index(all, map);

	if (index == all->map_count || !all->maps[index].needed)
		return;
	if (map_spec_holds_maps(&spec))
		needed_mark_map(all, name);
	else if (!map_spec_holds_programs(&spec))
		return;
	else if (function_table_find(&all->functions, name, &function))
		all->wanted[function] = true;
	else
		all->understood = false;
}

static bool needed_has_values(const struct needed_maps *all)
{
	for (size_t i = 0; i < all->map_count; i++) {
		struct map_spec spec = map_spec_of_object_map(all->maps[i].map);

		if (map_spec_holds_programs(&spec) || map_spec_holds_maps(&spec))
			return true;
	}
	return false;
}

static bool needed_always(const struct needed_map *map)
{
	const char *section = needed_section(map);

	return bpf_map__is_internal(map->map) &&
	       (!section || map_section_kind(section) != MAP_GLOBALS);
}

static void needed_mark_all(struct needed_maps *all)
{
	for (size_t i = 0; i < all->map_count; i++)
		all->maps[i].needed = true;
}

static void needed_select(struct needed_maps *all)
{
	bool values = needed_has_values(all);

	all->understood = true;
	needed_mark_programs(all);
	while (needed_follow(all))
		if (values)
			prog_array_each_value(all->object, all->file, needed_mark_value, all);
	if (!all->understood)
		needed_mark_all(all);
	for (size_t i = 0; i < all->map_count; i++)
		all->maps[i].needed |= needed_always(&all->maps[i]);
}

/*
 * libbpf fills a program array even if it has not created it, and fails; an array by another type
 * it leaves alone.
 */
static void needed_leave_out(struct bpf_map *map)
{
	bpf_map__set_autocreate(map, false);
	if (bpf_map__type(map) == BPF_MAP_TYPE_PROG_ARRAY)
		bpf_map__set_type(map, BPF_MAP_TYPE_ARRAY);
}

/* ---- remembering ----------------------------------------------------------------------------- */

/* The name of the program to be loaded; NULL: there are several. */
static const char *needed_program(const struct bpf_object *object)
{
	struct bpf_program *program;
	const char *name = NULL;

	bpf_object__for_each_program(program, object)
	{
		if (!bpf_program__autoload(program))
			continue;
		if (name)
			return NULL;
		name = bpf_program__name(program);
	}
	return name;
}

/* Without memory it is found out again. */
static void needed_remember(struct needed_maps_memo *memo, const char *program,
			    const struct needed_maps *all)
{
	bool *needed = calloc(all->map_count + 1, sizeof(*needed));
	char *name = strdup(program);

	if (!needed || !name) {
		free(needed);
		free(name);
		return;
	}
	for (size_t i = 0; i < all->map_count; i++)
		needed[i] = all->maps[i].needed;
	free(memo->needed);
	free(memo->program);
	*memo = (struct needed_maps_memo){ .program = name, .needed = needed };
}

static void needed_recall(struct bpf_object *object, const struct needed_maps_memo *memo)
{
	const bool *needed = memo->needed;
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		if (!*needed++)
			needed_leave_out(map);
	}
}

void needed_maps_memo_free(struct needed_maps_memo *memo)
{
	if (!memo)
		return;
	free(memo->program);
	free(memo->needed);
	free(memo);
}

enum cgswap_status needed_maps_select(struct bpf_object *object, const struct object_file *file)
{
	struct needed_maps all = { .object = object, .file = file };
	const char *program = file->needed ? needed_program(object) : NULL;
	bool begun;

	if (program && file->needed->program && strcmp(file->needed->program, program) == 0) {
		needed_recall(object, file->needed);
		return CGSWAP_OK;
	}
	begun = needed_begin(&all);
	if (begun)
		needed_select(&all);
	for (size_t i = 0; begun && i < all.map_count; i++)
		if (!all.maps[i].needed)
			needed_leave_out(all.maps[i].map);
	if (begun && program)
		needed_remember(file->needed, program, &all);
	needed_end(&all);
	return begun ? CGSWAP_OK : error_no_memory();
}
