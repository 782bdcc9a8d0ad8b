/* SPDX-License-Identifier: BSD-2-Clause */
/* Carries out the caller's choices of single maps, which go over the policy. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "load/map_reuse_internal.h"
#include "program/pin.h"

/* ---- before anything is opened --------------------------------------------------------------- */

/* A map of globals is chosen by its section, or by libbpf's name for it. */
static bool map_choice_is_for(const struct map_choice *choice, const char *name)
{
	return strlen(name) == choice->name_length &&
	       memcmp(choice->text, name, choice->name_length) == 0;
}

static enum cgswap_status map_reuse_error_no_map(const struct map_reuse *reuse,
						 const struct map_choice *choice)
{
	struct error_text text;
	const struct bpf_map *map;

	/* it has not been created either */
	bpf_object__for_each_map(map, reuse->object)
	{
		if (map_choice_is_for(choice, bpf_map__name(map)))
			return error_bad_argument(
				"'%.200s'{found} chooses a map that program '%.60s'{program_name} of "
				"'%.200s'{path} does not use",
				choice->text, bpf_program__name(reuse->program),
				reuse->request.path);
	}
	error_text_clear(&text);
	error_text_add(&text, "'%.200s'{found} chooses a map that '%.200s'{path} does not have",
		       choice->text, reuse->request.path);
	for (size_t i = 0; i < reuse->count; i++)
		error_text_add(&text, "%s'%.60s'{candidate}", i ? ", " : "; it has ",
			       reuse->views[i].name);
	return error_set_text(CGSWAP_CAUSE_BAD_ARGUMENT, 0, &text);
}

static enum cgswap_status map_reuse_check_choice(const struct map_reuse *reuse, size_t index)
{
	const struct map_choice *choice = reuse->maps[index].choice;

	if (choice->kind == MAP_CHOICE_OLD && !reuse->request.old)
		return error_bad_argument(
			"'%.200s'{found} chooses a map of the old program, and none is given",
			choice->text);
	if (choice->kind != MAP_CHOICE_NEW && reuse->views[index].kind == MAP_READ_ONLY)
		return error_bad_argument(
			"'%.200s'{found} chooses another map for read-only data, which is a part "
			"of the program",
			choice->text);
	if (choice->max_entries && reuse->views[index].kind != MAP_ORDINARY)
		return error_bad_argument(
			"'%.200s'{found} sets the size of a map of global variables, which has one entry",
			choice->text);
	return CGSWAP_OK;
}

static enum cgswap_status map_reuse_take_choice(struct map_reuse *reuse,
						const struct map_choice *choice)
{
	enum cgswap_status status;
	size_t i;

	for (i = 0; i < reuse->count; i++)
		if (map_choice_is_for(choice, reuse->views[i].name) ||
		    map_choice_is_for(choice, reuse->maps[i].name))
			break;
	/* another program of the set may have it: the caller has compared it with the object's */
	if (i == reuse->count && reuse->request.one_set)
		return CGSWAP_OK;
	if (i == reuse->count)
		return map_reuse_error_no_map(reuse, choice);
	reuse->maps[i].choice = choice;
	status = map_reuse_check_choice(reuse, i);
	if (status || !choice->max_entries)
		return status;
	if (bpf_map__set_max_entries(reuse->kmaps[i].map, choice->max_entries))
		return error_no_memory();
	reuse->views[i].spec.max_entries = choice->max_entries;
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_take_choices(struct map_reuse *reuse)
{
	const struct map_choices *choices = reuse->request.choices;
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < choices->count && !status; i++)
		status = map_reuse_take_choice(reuse, &choices->choices[i]);
	return status;
}

bool map_reuse_chooses_old(const struct map_reuse *reuse)
{
	for (size_t i = 0; i < reuse->count; i++)
		if (reuse->maps[i].choice && reuse->maps[i].choice->kind == MAP_CHOICE_OLD)
			return true;
	return false;
}

/* ---- opening the chosen map ------------------------------------------------------------------ */

static enum cgswap_status map_reuse_open_chosen_id(struct map_reuse_map *map, struct kernel *kernel,
						   int *fd, struct kernel_map *info)
{
	uint32_t id = map->choice->id;
	int err = map_fd_open(&map->by_id, kernel, id);

	if (err == -ENOENT)
		return error_bad_argument("'%.200s'{found} chooses a map that does not exist",
					  map->choice->text);
	if (err)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -err,
					"map %u{map_id}, chosen by '%.200s'{found}, cannot be "
					"opened",
					id, map->choice->text);
	*fd = map->by_id->fd;
	*info = map->by_id->info;
	return CGSWAP_OK;
}

static enum cgswap_status map_reuse_open_chosen_pin(struct map_reuse_map *map,
						    struct kernel *kernel, int *fd,
						    struct kernel_map *info)
{
	const char *path = map->choice->pin;
	int err;

	*fd = kernel->ops->pin_open(kernel, path);
	if (*fd < 0)
		return pin_error_open(kernel, path, -*fd);
	map->by_pin = *fd;
	if (kernel->ops->kind(kernel, *fd) != KERNEL_IS_MAP)
		return error_bad_argument("'%.400s'{pin} is not the pin of a map", path);
	err = kernel->ops->map_info(kernel, *fd, info);
	if (err)
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, -err,
					"the map pinned at '%.400s'{pin} cannot be read", path);
	return CGSWAP_OK;
}

/* A map by its id or pin, whatever its name and number of entries are. */
static enum cgswap_status map_reuse_choose_other(struct map_reuse *reuse, size_t index)
{
	const struct load_request *request = &reuse->request;
	struct map_reuse_map *map = &reuse->maps[index];
	const struct map_view *view = &reuse->views[index];
	bool by_id = map->choice->kind == MAP_CHOICE_ID;
	enum cgswap_status status;
	struct kernel_map info;
	struct map_spec found;
	int fd = -1;

	status = by_id ? map_reuse_open_chosen_id(map, request->kernel, &fd, &info)
		       : map_reuse_open_chosen_pin(map, request->kernel, &fd, &info);
	if (status)
		return status;
	found = map_spec_of_kernel_map(&info);
	found.max_entries = view->spec.max_entries;
	if (!map_spec_compatible(&view->spec, view->kind, &found, reuse->cpus)) {
		found = map_spec_of_kernel_map(&info);
		return map_reuse_error_choice(reuse, index, &found);
	}
	if (map->pinned >= 0 && map->pinned_id != info.id)
		return map_reuse_error_choice_pinned(reuse, index);
	reuse->kmaps[index].use = fd;
	map->reused = request->old && program_uses_map(request->old, info.id);
	map->reason = by_id ? "the map that was chosen by its id"
			    : "the map that was chosen by its pin";
	return map_reuse_leave_pin(reuse, index, info.id);
}

/* ---- the old program's map ------------------------------------------------------------------- */

/* Takes the only old map that may be meant, if its number of entries alone differs. */
static enum cgswap_status map_reuse_choose_old(struct map_reuse *reuse, size_t index)
{
	const struct map_view *view = &reuse->views[index];
	struct map_match *match = &reuse->matches[index];
	const struct map_view *old = &reuse->old_maps.maps[match->old];
	struct map_spec found;

	switch (match->verdict) {
	case MAP_SAME:
		return map_reuse_use_old(reuse, index);
	case MAP_AMBIGUOUS:
		if (match->candidates != 1)
			return map_reuse_error_ambiguous(reuse, index);
		break;
	case MAP_INCOMPATIBLE:
	case MAP_UNKNOWN:
		break;
	default:
		return map_reuse_error_no_old(reuse, index);
	}
	if (match->inner || match->difference.variable)
		return map_reuse_error_changed(reuse, index);
	found = old->spec;
	found.max_entries = view->spec.max_entries;
	if (!map_spec_compatible(&view->spec, view->kind, &found, reuse->cpus))
		return map_reuse_error_changed(reuse, index);
	return map_reuse_use_old(reuse, index);
}

/* ---- all ------------------------------------------------------------------------------------- */

enum cgswap_status map_reuse_choose(struct map_reuse *reuse, size_t index)
{
	struct map_reuse_map *map = &reuse->maps[index];

	if (map->filled && map->choice->kind != MAP_CHOICE_NEW)
		return map_reuse_error_choice_filled(reuse, index);
	switch (map->choice->kind) {
	case MAP_CHOICE_OLD:
		return map_reuse_choose_old(reuse, index);
	case MAP_CHOICE_NEW:
		if (map->filled)
			return map_reuse_fill(reuse, index);
		if (map->pinned >= 0)
			return map_reuse_error_choice_pinned(reuse, index);
		map->reason = "new: requested for this map";
		return CGSWAP_OK;
	default:
		return map_reuse_choose_other(reuse, index);
	}
}
