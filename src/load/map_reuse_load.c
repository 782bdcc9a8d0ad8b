/* SPDX-License-Identifier: BSD-2-Clause */
/* Carries out the plan: loads the program, and records the origin of each of its maps. */
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/string_list.h"
#include "kernel/capability.h"
#include "load/map_reuse_internal.h"
#include "kernel/errno_error.h"

/* Returns the id of a map that is known already; 0: it is not. */
static uint32_t map_reuse_known_id(const struct map_reuse *reuse, size_t index)
{
	const struct map_match *match = &reuse->matches[index];
	int fd = reuse->kmaps[index].use;

	if (fd < 0)
		return reuse->kmaps[index].made_id;
	/* as a rule */
	if (match->verdict == MAP_SAME && reuse->old_maps.fds[match->old]->fd == fd)
		return reuse->old_maps.ids[match->old];
	for (size_t i = 0; i < reuse->old_maps.count; i++)
		if (reuse->old_maps.fds[i] && reuse->old_maps.fds[i]->fd == fd)
			return reuse->old_maps.ids[i];
	return 0;
}

/* Reads the ids of the created and reused maps; a map that libbpf left out keeps 0. */
static enum cgswap_status map_reuse_read_ids(struct map_reuse *reuse)
{
	const struct load_request *request = &reuse->request;
	struct kernel_map info;

	for (size_t i = 0; i < reuse->count; i++) {
		const struct kernel_object_map *kmap = &reuse->kmaps[i];
		int err, fd = kmap->use >= 0 ? kmap->use : kmap->made;

		reuse->maps[i].id = map_reuse_known_id(reuse, i);
		if (reuse->maps[i].id || fd < 0)
			continue;
		err = request->kernel->ops->map_info(request->kernel, fd, &info);
		if (err)
			return error_from_errno(
				request->kernel, CAPABILITY_TO_LOAD, -err,
				"map '%.100s'{map} of '%.300s'{path} cannot be read",
				reuse->maps[i].name, request->path);
		reuse->maps[i].id = info.id;
	}
	return CGSWAP_OK;
}

/* Copies the map data of the object and the plan to one map of the program. */
static enum cgswap_status map_reuse_report_map(struct program_map *out,
					       const struct map_reuse_map *map)
{
	memcpy(out->name, map->name, sizeof(map->name));
	out->reused = map->reused;
	out->timers_end = map->timers_end;
	out->reason = map->reason;
	if (map->reason != map->counted)
		return CGSWAP_OK;
	out->counted = strdup(map->counted);
	if (!out->counted)
		return error_no_memory();
	out->reason = out->counted;
	return CGSWAP_OK;
}

static enum cgswap_status map_reuse_report(struct map_reuse *reuse, struct program *program)
{
	size_t count = program->info.map_count;
	enum cgswap_status status = CGSWAP_OK;

	if (!count)
		return CGSWAP_OK;
	status = map_reuse_note_timers(reuse);
	if (status)
		return status;
	program->maps = calloc(count, sizeof(*program->maps));
	if (!program->maps)
		return error_no_memory();
	for (size_t j = 0; j < count; j++)
		program->maps[j].reason = PROGRAM_MAP_UNKNOWN;
	for (size_t i = 0; i < reuse->count && !status; i++) {
		const struct map_reuse_map *map = &reuse->maps[i];
		size_t j = 0;

		while (j < count && program->info.map_ids[j] != map->id)
			j++;
		if (!map->id || j == count)
			continue;
		status = map_reuse_report_map(&program->maps[j], map);
		if (!status && map->borrowed)
			program_hold_map(program, map->id, map->borrowed);
	}
	return status;
}

/* Maps that are pinned by name and that the program does not need are not created. */
static bool map_reuse_is_unpinned(const struct bpf_map *map)
{
	return !bpf_map__autocreate(map) && bpf_map__pin_path(map);
}

static enum cgswap_status map_reuse_note_unpinned(const struct map_reuse *reuse,
						  struct program *program)
{
	enum cgswap_status status;
	const struct bpf_map *map;
	const char **names;
	size_t count = 0;

	bpf_object__for_each_map(map, reuse->object) count += map_reuse_is_unpinned(map);
	if (!count)
		return CGSWAP_OK;
	/* one more: NULL ends the list */
	names = calloc(count + 1, sizeof(*names));
	if (!names)
		return error_no_memory();
	count = 0;
	bpf_object__for_each_map(map, reuse->object)
	{
		if (map_reuse_is_unpinned(map))
			names[count++] = bpf_map__name(map);
	}
	status = string_list_copy(&program->unpinned_maps, names);
	free(names);
	return status;
}

const char *map_reuse_next_dropped(const struct map_reuse *reuse, const struct program *program,
				   size_t *at)
{
	const struct program_maps *program_maps = &reuse->old_maps;

	for (size_t i = *at; i < program_maps->own_count; i++)
		if (program_maps->maps[i].kind != MAP_READ_ONLY &&
		    !program_uses_map(program, program_maps->ids[i])) {
			*at = i + 1;
			return program_maps->maps[i].name;
		}
	*at = program_maps->own_count;
	return NULL;
}

enum cgswap_status map_reuse_check(const struct map_reuse *reuse, const struct program *program)
{
	const struct load_request *request = &reuse->request;
	size_t at = 0;
	const char *dropped;

	if (request->maps != CGSWAP_MAPS_REQUIRE)
		return CGSWAP_OK;
	dropped = map_reuse_next_dropped(reuse, program, &at);
	if (!dropped)
		return CGSWAP_OK;
	return error_set(CGSWAP_CAUSE_MAP_DROPPED, 0,
			 "map '%.100s'{map} of program %u{program_id} is not used by "
			 "'%s'{program_name} of '%.300s'{path}, and all maps must be reused "
			 "(--maps require)",
			 dropped, reuse->old_maps.owners[at - 1], bpf_program__name(reuse->program),
			 request->path);
}

/*
 * A new map is held open after the load to be pinned, to be shared with the next program of a set,
 * and as a program array (map_fd_give_up()). The program holds all others.
 */
static void map_reuse_ask_to_hold(struct map_reuse *reuse)
{
	for (size_t i = 0; i < reuse->count; i++)
		reuse->kmaps[i].hold = reuse->maps[i].pin || reuse->request.one_set ||
				       map_spec_holds_programs(&reuse->views[i].spec);
}

enum cgswap_status map_reuse_load(struct program **out, struct map_reuse *reuse)
{
	const struct load_request *request = &reuse->request;
	enum cgswap_status status;
	struct program *program;
	int fd;

	*out = NULL;
	status = map_reuse_check_pins(reuse);
	if (status)
		return status;
	map_reuse_ask_to_hold(reuse);
	status = object_load(&fd, request->kernel, reuse->object, reuse->program, reuse->kmaps,
			     reuse->count, request->path);
	if (status)
		return map_reuse_explain_load(reuse, status);
	status = program_from_fd(&program, request->kernel, fd);
	if (status)
		return status;
	status = map_reuse_read_ids(reuse);
	if (!status)
		status = map_reuse_report(reuse, program);
	if (!status)
		status = map_reuse_note_unpinned(reuse, program);
	if (!status)
		status = map_reuse_check_arrays(reuse);
	if (!status)
		status = map_reuse_check(reuse, program);
	if (!status)
		status = map_reuse_check_nested(reuse, program);
	if (!status)
		status = map_reuse_claim_pins(reuse, program);
	if (!status && request->one_set)
		status = map_reuse_hold_made(reuse, program);
	if (status) {
		program_unref(program);
		return status;
	}
	reuse->loaded = true;
	*out = program;
	return CGSWAP_OK;
}
