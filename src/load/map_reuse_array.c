/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Program arrays. Where a loader has filled one, the source does not say with which programs, so
 * that a new array would stay empty: the new program uses the old program's array, with the
 * programs in it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "load/map_reuse_internal.h"
#include "object/prog_array.h"

static bool map_reuse_is_array(const struct map_reuse *reuse, size_t index)
{
	return map_spec_holds_programs(&reuse->views[index].spec);
}

void map_reuse_read_arrays(struct map_reuse *reuse)
{
	for (size_t i = 0; i < reuse->count; i++)
		reuse->maps[i].filled = map_reuse_is_array(reuse, i) &&
					prog_array_is_filled(reuse->object, reuse->request.file,
							     reuse->kmaps[i].map);
}

bool map_reuse_has_arrays(const struct map_reuse *reuse)
{
	for (size_t i = 0; i < reuse->count; i++)
		if (map_reuse_is_array(reuse, i) && !reuse->maps[i].choice)
			return true;
	return false;
}

/* Finds the next slot in use, from *slot on; 0, -ENOENT if there is none, or another errno. */
static int map_reuse_next_slot(const struct map_reuse *reuse, size_t old, uint32_t *slot)
{
	struct kernel *kernel = reuse->request.kernel;
	uint32_t size = reuse->old_maps.maps[old].spec.max_entries, program;
	int err = -ENOENT;

	for (; *slot < size && err == -ENOENT; ++*slot) {
		err = kernel->ops->map_lookup(kernel, reuse->old_maps.fds[old]->fd, slot, &program);
		if (err != -ENOENT)
			break;
	}
	return err;
}

enum cgswap_status map_reuse_count_slots(struct map_reuse *reuse)
{
	for (size_t i = 0; i < reuse->old_maps.count; i++) {
		struct map_view *old = &reuse->old_maps.maps[i];
		uint32_t slot = 0;
		int err;

		if (!map_spec_holds_programs(&old->spec))
			continue;
		while (!(err = map_reuse_next_slot(reuse, i, &slot))) {
			old->slots++;
			slot++;
		}
		if (err != -ENOENT)
			return error_from_errno(
				reuse->request.kernel, CAPABILITY_BY_ID, -err,
				"the slots of program array '%.100s'{map} of program "
				"%u{program_id} cannot be read",
				old->name, reuse->request.old->info.id);
	}
	return CGSWAP_OK;
}

bool map_reuse_keeps_array(const struct map_reuse *reuse, size_t index)
{
	const struct map_match *match = &reuse->matches[index];

	if (!map_reuse_is_array(reuse, index) || reuse->maps[index].filled)
		return false;
	if (match->verdict == MAP_SAME || match->verdict == MAP_INCOMPATIBLE)
		return reuse->old_maps.maps[match->old].slots > 0;
	for (size_t i = 0; match->verdict == MAP_AMBIGUOUS && i < reuse->old_maps.count; i++)
		if (reuse->old_maps.maps[i].slots)
			return true;
	return false;
}

void map_reuse_count_array(struct map_reuse *reuse, size_t index)
{
	const struct map_view *old = &reuse->old_maps.maps[reuse->matches[index].old];
	struct map_reuse_map *map = &reuse->maps[index];

	snprintf(map->counted, sizeof(map->counted), PROGRAM_MAP_SAME ": %u of its %u slots %s",
		 old->slots, old->spec.max_entries,
		 old->slots == 1 ? "runs a program of the old version"
				 : "run programs of the old version");
	map->reason = map->counted;
}

/* ---- an array that the source fills ---------------------------------------------------------- */

static bool map_reuse_slot_runs(const struct map_reuse *reuse, int array, uint32_t size,
				uint32_t program)
{
	struct kernel *kernel = reuse->request.kernel;
	uint32_t id;

	for (uint32_t slot = 0; slot < size; slot++)
		if (!kernel->ops->map_lookup(kernel, array, &slot, &id) && id == program)
			return true;
	return false;
}

static bool map_reuse_is_old(const struct map_reuse *reuse, uint32_t program)
{
	const struct load_request *request = &reuse->request;

	for (size_t i = 0; i < request->old_count; i++)
		if (request->olds[i]->info.id == program)
			return true;
	return request->old && request->old->info.id == program;
}

/*
 * Returns the id of a program that uses the old array, and is neither the old program nor in the
 * array; 0: there is none. Its tail calls would end when the array loses its pin.
 */
static uint32_t map_reuse_other_user(const struct map_reuse *reuse, size_t index)
{
	const struct map_reuse_map *map = &reuse->maps[index];
	struct kernel *kernel = reuse->request.kernel;
	uint32_t size = reuse->views[index].spec.max_entries;
	struct kernel_program info;
	uint32_t id = 0;

	while (!kernel->ops->next_program(kernel, id, &id)) {
		int fd = map_reuse_is_old(reuse, id) ? -1 : kernel->ops->program_by_id(kernel, id);
		bool uses = false;

		if (fd < 0)
			continue;
		if (!kernel->ops->program_info(kernel, fd, &info))
			for (size_t i = 0; i < info.map_count; i++)
				uses |= info.map_ids[i] == map->pinned_id;
		kernel->ops->close(kernel, fd);
		if (uses && !map_reuse_slot_runs(reuse, map->pinned, size, id))
			return id;
	}
	return 0;
}

enum cgswap_status map_reuse_fill(struct map_reuse *reuse, size_t index)
{
	struct map_reuse_map *map = &reuse->maps[index];
	const struct program *old = reuse->request.old;

	if (map->pinned >= 0 && !map->claimed)
		map->other_user = map_reuse_other_user(reuse, index);
	/* any other array there is refused before the load */
	if (map->pinned < 0 || map->claimed || !old || !program_uses_map(old, map->pinned_id) ||
	    map->other_user) {
		map->reason = map->reason ? map->reason : "new: the source fills this array";
		return CGSWAP_OK;
	}
	map->takes_pin = true;
	map->reason = "new: the source fills this array, which takes the pin of the old one";
	reuse->kmaps[index].use = -1;
	return CGSWAP_OK;
}

/* ---- after loading --------------------------------------------------------------------------- */

/* The source fills its array, but not all slots that are in use: a loader has filled the others. */
static enum cgswap_status map_reuse_check_filled(const struct map_reuse *reuse, size_t index)
{
	const struct load_request *request = &reuse->request;
	size_t old = reuse->matches[index].old;
	const char *name = reuse->maps[index].name;
	bool fills = true;
	uint32_t slot = 0;

	while (fills && !map_reuse_next_slot(reuse, old, &slot)) {
		fills = prog_array_fills_slot(reuse->object, request->file, reuse->kmaps[index].map,
					      slot);
		slot += fills;
	}
	if (fills)
		return CGSWAP_OK;
	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
		  "slot %u{position} of program array '%.100s'{map} runs a program in program "
		  "%u{program_id}, and '%.200s'{path} fills other slots only",
		  slot, name, request->old->info.id, request->path);
	error_remedy("fill the slot in the source too, or let it be empty (--map "
		     "%.100s=new)",
		     name);
	return CGSWAP_E_INCOMPATIBLE;
}

/* Returns the index of an old array with slots in use that the program does not use, or SIZE_MAX.
 */
static size_t map_reuse_dropped_array(const struct map_reuse *reuse, const struct program *program)
{
	const struct program_maps *olds = &reuse->old_maps;

	for (size_t i = 0; i < olds->own_count; i++)
		if (olds->maps[i].slots && !program_uses_map(program, olds->ids[i]))
			return i;
	return SIZE_MAX;
}

/* A renamed array: the new program makes tail calls, and the old one's programs would not run. */
static enum cgswap_status map_reuse_check_renamed(const struct map_reuse *reuse, size_t index,
						  const struct program *program)
{
	size_t old = map_reuse_dropped_array(reuse, program);
	const char *name = reuse->maps[index].name;
	const struct map_view *view;

	if (old == SIZE_MAX)
		return CGSWAP_OK;
	view = &reuse->old_maps.maps[old];
	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
		  "program array '%.100s'{map} of '%.200s'{path} would start empty, and "
		  "'%.100s'{candidate} (map %u{map_id}) of program %u{program_id}, with %u{count} "
		  "of %u{total} slots in use, would be dropped",
		  name, reuse->request.path, view->name, reuse->old_maps.ids[old],
		  reuse->request.old->info.id, view->slots, view->spec.max_entries);
	error_remedy("select the array (--map %.60s=id:%u), or let it start empty (--map "
		     "%.60s=new)",
		     name, reuse->old_maps.ids[old], name);
	return CGSWAP_E_INCOMPATIBLE;
}

enum cgswap_status map_reuse_check_arrays(const struct map_reuse *reuse,
					  const struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->count && !status; i++) {
		enum map_verdict verdict = reuse->matches[i].verdict;

		if (!map_reuse_is_array(reuse, i) || reuse->kmaps[i].use >= 0 ||
		    reuse->maps[i].choice || !program_uses_map(program, reuse->maps[i].id))
			continue;
		if (!reuse->maps[i].filled)
			status = map_reuse_check_renamed(reuse, i, program);
		else if (verdict == MAP_SAME || verdict == MAP_INCOMPATIBLE)
			status = map_reuse_check_filled(reuse, i);
	}
	return status;
}
