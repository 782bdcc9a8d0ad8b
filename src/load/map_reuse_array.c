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

/* True if the source fills each slot of its array that is in use in the old one; or sets *slot. */
static bool map_reuse_covers(const struct map_reuse *reuse, size_t index, size_t old,
			     uint32_t *slot)
{
	uint32_t program;

	for (*slot = 0; !map_reuse_next_slot(reuse, old, slot, &program); ++*slot)
		if (!prog_array_fills_slot(reuse->object, reuse->request.file,
					   reuse->kmaps[index].map, *slot))
			return false;
	return true;
}

/* The source fills its array, but not all slots that are in use: a loader has filled the others. */
static enum cgswap_status map_reuse_check_filled(const struct map_reuse *reuse, size_t index)
{
	const char *name = reuse->maps[index].name;
	size_t old = reuse->matches[index].old;
	uint32_t slot;

	if (map_reuse_covers(reuse, index, old, &slot))
		return CGSWAP_OK;
	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
		  "slot %u{position} of program array '%.100s'{map} runs a program in program "
		  "%u{program_id}, and '%.200s'{path} fills other slots only",
		  slot, name, reuse->old_maps.owners[old], reuse->request.path);
	error_remedy("fill the slot in the source too, or let it be empty (--map "
		     "%.100s=new)",
		     name);
	return CGSWAP_E_INCOMPATIBLE;
}

/* ---- renamed arrays -------------------------------------------------------------------------- */

static bool map_reuse_is_array_of_load(const struct map_reuse *reuse, uint32_t id)
{
	for (size_t i = 0; i < reuse->count; i++)
		if (reuse->maps[i].id == id)
			return true;
	return false;
}

static bool map_reuse_is_matched(const struct map_reuse *reuse, size_t old)
{
	for (size_t i = 0; i < reuse->count; i++)
		if (reuse->matches[i].old == old && (reuse->matches[i].verdict == MAP_SAME ||
						     reuse->matches[i].verdict == MAP_INCOMPATIBLE))
			return true;
	return false;
}

/* A new array that is none of the old ones by its name, and that the caller has not asked for. */
static bool map_reuse_may_be_renamed(const struct map_reuse *reuse, size_t index)
{
	return map_reuse_is_array(reuse, index) && reuse->kmaps[index].use < 0 &&
	       reuse->maps[index].id && !reuse->maps[index].choice &&
	       reuse->matches[index].verdict == MAP_NO_MATCH;
}

/* The programs of the old array would not run: some of its slots, or all, would be empty. */
static enum cgswap_status map_reuse_error_renamed(const struct map_reuse *reuse, size_t index,
						  size_t old)
{
	const struct map_view *view = &reuse->old_maps.maps[old];
	const char *name = reuse->maps[index].name;

	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
		  "program array '%.100s'{map} of '%.200s'{path} would start %s, and "
		  "'%.100s'{candidate} (map %u{map_id}) of program %u{program_id}, with %u{count} "
		  "of %u{total} slots in use, would be dropped",
		  name, reuse->request.path,
		  reuse->maps[index].filled ? "with other slots" : "empty", view->name,
		  reuse->old_maps.ids[old], reuse->old_maps.owners[old], view->slots,
		  view->spec.max_entries);
	if (reuse->maps[index].filled)
		error_remedy("fill these slots in the source too, or let them be empty (--map "
			     "%.60s=new)",
			     name);
	else
		error_remedy("select the array (--map %.60s=id:%u), or let it start empty (--map "
			     "%.60s=new)",
			     name, reuse->old_maps.ids[old], name);
	return CGSWAP_E_INCOMPATIBLE;
}

/* An old array with programs has gone. It may be any of the new ones that has another name. */
static enum cgswap_status map_reuse_check_renamed(const struct map_reuse *reuse, size_t old)
{
	size_t suspect = SIZE_MAX;
	uint32_t slot;

	for (size_t i = 0; i < reuse->count; i++) {
		if (!map_reuse_may_be_renamed(reuse, i))
			continue;
		if (reuse->maps[i].filled && map_reuse_covers(reuse, i, old, &slot))
			return CGSWAP_OK;
		if (suspect == SIZE_MAX)
			suspect = i;
	}
	return suspect == SIZE_MAX ? CGSWAP_OK : map_reuse_error_renamed(reuse, suspect, old);
}

enum cgswap_status map_reuse_check_arrays(const struct map_reuse *reuse)
{
	const struct program_maps *olds = &reuse->old_maps;
	/* each program of a set has its own arrays to lose */
	size_t count = reuse->request.one_set ? olds->own_count : olds->count;
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->count && !status; i++) {
		enum map_verdict verdict = reuse->matches[i].verdict;

		if (reuse->maps[i].filled && reuse->kmaps[i].use < 0 && !reuse->maps[i].choice &&
		    reuse->maps[i].id && (verdict == MAP_SAME || verdict == MAP_INCOMPATIBLE))
			status = map_reuse_check_filled(reuse, i);
	}
	for (size_t i = 0; i < count && !status; i++)
		if (olds->maps[i].slots && !map_reuse_is_array_of_load(reuse, olds->ids[i]) &&
		    !map_reuse_is_matched(reuse, i))
			status = map_reuse_check_renamed(reuse, i);
	return status;
}
