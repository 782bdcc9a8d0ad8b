/* SPDX-License-Identifier: BSD-2-Clause */
/* The errors of a plan: a map of the object does not match the map that it should reuse. */
#include <errno.h>

#include "base/error.h"
#include "base/text.h"
#include "load/map_reuse_internal.h"

enum cgswap_status map_reuse_error_old_maps(const struct map_reuse *reuse, int err)
{
	enum cgswap_status status = program_maps_error(reuse->request.old, err);

	if (reuse->request.maps != CGSWAP_MAPS_NEW ||
	    cgswap_error_get_cause(cgswap_last_error()) != CGSWAP_CAUSE_MISSING_CAP_SYS_ADMIN)
		return status;
	for (size_t i = 0; i < reuse->count; i++)
		if (map_spec_holds_programs(&reuse->views[i].spec))
			error_remedy("run the command with CAP_SYS_ADMIN, or let the program array "
				     "start empty too (--maps new --map %.100s=new)",
				     reuse->maps[i].name);
	return status;
}

enum cgswap_status map_reuse_error_choice(const struct map_reuse *reuse, size_t index,
					  const struct map_spec *found)
{
	char ours[MAP_SPEC_TEXT_SIZE], theirs[MAP_SPEC_TEXT_SIZE];

	map_spec_text(ours, &reuse->views[index].spec);
	map_spec_text(theirs, found);
	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
		  "the map of '%.200s'{option} has type %s{expected}, and '%.100s'{map} of "
		  "'%.100s'{path} type %s{found}",
		  reuse->maps[index].choice->text, theirs, reuse->maps[index].name,
		  text_file_name(reuse->request.path), ours);
	error_remedy("choose a map of the same type, key size, value size and flags");
	return CGSWAP_E_INCOMPATIBLE;
}

enum cgswap_status map_reuse_error_no_old(const struct map_reuse *reuse, size_t index)
{
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text,
		       "'%.200s'{option} chooses a map of program %u{program_id}, which has none "
		       "of that name",
		       reuse->maps[index].choice->text, reuse->request.old->info.id);
	map_reuse_add_candidates(&text, reuse, index);
	error_set_text(CGSWAP_CAUSE_MAP_CHANGED, 0, &text);
	error_remedy("choose a map by its id (--map %.80s=id:N), or a new one (--map %.80s=new)",
		     reuse->views[index].name, reuse->views[index].name);
	return CGSWAP_E_INCOMPATIBLE;
}

enum cgswap_status map_reuse_error_choice_filled(const struct map_reuse *reuse, size_t index)
{
	const char *name = reuse->views[index].name;

	error_bad_argument(
		"'%.200s'{option} chooses a program array that exists, and '%.200s'{path} "
		"fills its '%.100s'{map}: a load, even for a dry run, would put programs "
		"into an array that is in use",
		reuse->maps[index].choice->text, text_file_name(reuse->request.path), name);
	error_remedy("leave the choice out: the source's programs go into a new array");
	return CGSWAP_E_ARGUMENT;
}

enum cgswap_status map_reuse_error_choice_pinned(const struct map_reuse *reuse, size_t index)
{
	const struct map_reuse_map *map = &reuse->maps[index];

	error_set(CGSWAP_CAUSE_PIN_EXISTS, EEXIST,
		  "'%.200s'{option} chooses another map than map %u{map_id}, which is %s at "
		  "'%.300s'{pin}, where '%.100s'{path} pins it by its name",
		  map->choice->text, map->pinned_id, map->claimed ? "to be pinned" : "pinned",
		  map->pin, text_file_name(reuse->request.path));
	error_remedy("remove the pin, or move it to another path (mv)");
	return CGSWAP_E_CONFLICT;
}

/* True if only the number of entries differs. */
static bool map_reuse_differs_in_size(const struct map_view *view, const struct map_view *old)
{
	struct map_spec same = old->spec;

	same.max_entries = view->spec.max_entries;
	return view->kind == MAP_ORDINARY && map_spec_compatible(&view->spec, view->kind, &same, 0);
}

enum cgswap_status map_reuse_error_changed(const struct map_reuse *reuse, size_t index)
{
	const struct map_match *match = &reuse->matches[index];
	const struct map_view *view = &reuse->views[index];
	const struct map_view *old = &reuse->old_maps.maps[match->old];
	const char *name = reuse->maps[index].name, *file = text_file_name(reuse->request.path);
	char ours[MAP_SPEC_TEXT_SIZE], theirs[MAP_SPEC_TEXT_SIZE];
	uint32_t id = reuse->old_maps.owners[match->old];

	if (match->difference.variable) {
		error_set(
			CGSWAP_CAUSE_MAP_CHANGED, 0,
			"the variables in '%s'{map} of '%.100s'{path} differ from those of program "
			"%u{program_id}: '%.100s'{variable} %s",
			view->name, file, id, match->difference.variable, match->difference.how);
		error_remedy(
			"use new maps (--maps new), or leave '%s' as it was and put new variables "
			"in a section of their own, such as SEC(\".data.more\")",
			view->name);
		return CGSWAP_E_INCOMPATIBLE;
	}
	map_spec_text(ours, match->inner ? view->inner : &view->spec);
	map_spec_text(theirs, match->inner ? old->inner : &old->spec);
	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
		  "%s '%.100s'{map} has type %s{found} in '%.100s'{path} and type %s{expected} in "
		  "program %u{program_id}",
		  match->inner ? "the inner map of" : "map", name, ours, file, theirs, id);
	if (!match->inner && map_reuse_differs_in_size(view, old))
		error_remedy("use the old map as it is (--map %.80s=old), or a new one (--map "
			     "%.80s=new)",
			     view->name, view->name);
	else
		error_remedy(
			"rename the map in the new program, or use a new one (--map %.80s=new)",
			view->name);
	return CGSWAP_E_INCOMPATIBLE;
}

enum cgswap_status map_reuse_error_ambiguous(const struct map_reuse *reuse, size_t index)
{
	const struct map_view *old = &reuse->old_maps.maps[reuse->matches[index].old];
	const char *name = reuse->views[index].name;
	bool cut = old->naming == MAP_NAME_CUT;
	struct error_text text;
	uint32_t id;

	error_text_clear(&text);
	error_text_add(&text,
		       "map '%.100s'{map} of '%.100s'{path} cannot be matched with a map of "
		       "program %u{program_id}: the kernel truncates names to 15 characters, and "
		       "%s '%.15s'{found}",
		       reuse->maps[index].name, text_file_name(reuse->request.path),
		       reuse->request.old->info.id,
		       cut ? "no BTF has the full name of" : "several names begin with", old->name);
	id = map_reuse_add_candidates(&text, reuse, index);
	error_set_text(CGSWAP_CAUSE_MAP_CHANGED, 0, &text);
	/* 0: each is chosen for another map */
	if (id)
		error_remedy(
			"select the map (--map %.80s=id:%u), or use a new one (--map %.80s=new)",
			name, id, name);
	else
		error_remedy("use a new map (--map %.80s=new)", name);
	return CGSWAP_E_INCOMPATIBLE;
}

enum cgswap_status map_reuse_error_two_olds(const struct map_reuse *reuse, size_t index, size_t one,
					    size_t other)
{
	const struct program_maps *olds = &reuse->old_maps;
	const char *name = reuse->views[index].name;
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text,
		       "the programs that are to be replaced do not share '%.100s'{map} of "
		       "'%.100s'{path}: ",
		       name, text_file_name(reuse->request.path));
	for (size_t i = 0; i < 2; i++) {
		size_t at = i ? other : one;

		error_text_add(&text, "%sprogram %u{program_id} has map %u{candidate}",
			       i ? ", " : "", olds->owners[at], olds->ids[at]);
	}
	error_set_text(CGSWAP_CAUSE_MAP_CHANGED, 0, &text);
	error_remedy(
		"they were loaded one by one: replace them one by one too, choose one of these "
		"maps (--map %s=id:%u), or use new maps (--maps new)",
		name, olds->ids[one]);
	return CGSWAP_E_INCOMPATIBLE;
}

enum cgswap_status map_reuse_error_unknown(const struct map_reuse *reuse, size_t index)
{
	const struct map_view *view = &reuse->views[index];

	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
		  "the variables in '%s'{map} of '%.100s'{path} cannot be compared with those of "
		  "program %u{program_id}: %s has no BTF for them",
		  view->name, text_file_name(reuse->request.path), reuse->request.old->info.id,
		  view->btf ? "the program" : "the object");
	if (view->btf)
		error_remedy(
			"use new maps (--maps new): the program was compiled without -g, or the "
			"kernel rejected its BTF when it was loaded");
	else
		error_remedy("compile with -g, or use new maps (--maps new)");
	return CGSWAP_E_INCOMPATIBLE;
}

enum cgswap_status map_reuse_error_pin_changed(const struct map_reuse *reuse, size_t index,
					       const struct map_spec *found)
{
	char ours[MAP_SPEC_TEXT_SIZE], theirs[MAP_SPEC_TEXT_SIZE];
	const struct map_reuse_map *map = &reuse->maps[index];

	map_spec_text(ours, &reuse->views[index].spec);
	map_spec_text(theirs, found);
	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
		  "map '%.100s'{map} has type %s{found} in '%.100s'{path} and type %s{expected} at "
		  "'%.200s'{pin}",
		  map->name, ours, text_file_name(reuse->request.path), theirs, map->pin);
	error_remedy("give the map another name, or remove the pin");
	return CGSWAP_E_INCOMPATIBLE;
}

enum cgswap_status map_reuse_error_pin_differs(const struct map_reuse *reuse, size_t index)
{
	const struct map_reuse_map *map = &reuse->maps[index];

	error_set(
		CGSWAP_CAUSE_MAP_CHANGED, 0,
		"'%.100s'{map} is map %u{found} in program %u{program_id}, and map %u{expected} is "
		"pinned at '%.200s'{pin}",
		map->name, reuse->old_maps.ids[reuse->matches[index].old],
		reuse->request.old->info.id, map->pinned_id, map->pin);
	error_remedy("remove the pin, or use the pinned map (--maps new)");
	return CGSWAP_E_INCOMPATIBLE;
}
