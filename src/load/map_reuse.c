/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan: which map of the object is which of the old program's. map_reuse_load.c does it. */
#include "load/map_reuse.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object/map_def.h"
#include "base/error.h"
#include "base/libbpf_log.h"
#include "kernel/errno_error.h"
#include "base/text.h"

/* ---- the object's maps ----------------------------------------------------------------------- */

static void read_inner(struct map_view *view, struct map_spec *inner, const struct btf *btf)
{
	size_t count = btf ? map_def_count(btf) : 0;
	struct map_def declared;

	for (size_t i = 0; i < count; i++)
		if (map_def_read(&declared, btf, i) && declared.has_inner &&
		    strcmp(declared.name, view->name) == 0) {
			*inner = declared.inner;
			view->inner = inner;
		}
}

static void read_globals(struct map_view *view, const char *section, const struct btf *btf)
{
	int id = btf ? btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC) : -1;

	view->name = section;
	view->kind = map_section_kind(section);
	if (id > 0) {
		view->btf = btf;
		view->section = (uint32_t)id;
	}
}

static void read_map(struct map_view *view, struct map_reuse_map *map, const struct bpf_map *libbpf,
		     const struct btf *btf)
{
	const char *section;

	snprintf(map->name, sizeof(map->name), "%s", bpf_map__name(libbpf));
	map->pinned = -1;
	map->borrowed = -1;
	view->name = map->name;
	view->shape = (struct map_spec){ .type = bpf_map__type(libbpf),
					 .key_size = bpf_map__key_size(libbpf),
					 .value_size = bpf_map__value_size(libbpf),
					 .max_entries = bpf_map__max_entries(libbpf),
					 .flags = bpf_map__map_flags(libbpf) };
	/* libbpf puts the object's name, in which there is no dot, before the section's */
	section = bpf_map__is_internal(libbpf) ? strchr(map->name, '.') : NULL;
	if (section)
		read_globals(view, section, btf);
	else
		read_inner(view, &map->inner, btf);
}

static enum cgswap_status read_maps(struct map_reuse *map_reuse)
{
	const struct btf *btf = bpf_object__btf(map_reuse->object);
	size_t capacity = 0;
	struct bpf_map *map;

	bpf_object__for_each_map(map, map_reuse->object) capacity++;
	/* one more, for what has none */
	map_reuse->maps = calloc(capacity + 1, sizeof(*map_reuse->maps));
	map_reuse->views = calloc(capacity + 1, sizeof(*map_reuse->views));
	map_reuse->matches = calloc(capacity + 1, sizeof(*map_reuse->matches));
	map_reuse->kmaps = calloc(capacity + 1, sizeof(*map_reuse->kmaps));
	if (!map_reuse->maps || !map_reuse->views || !map_reuse->matches || !map_reuse->kmaps)
		return error_no_memory();
	bpf_object__for_each_map(map, map_reuse->object)
	{
		size_t i = map_reuse->count;

		if (!bpf_map__autocreate(map))
			continue;
		read_map(&map_reuse->views[i], &map_reuse->maps[i], map, btf);
		map_reuse->kmaps[i] = (struct kernel_object_map){ map, -1, -1 };
		map_reuse->count++;
	}
	return CGSWAP_OK;
}

/* The kernel asks for it when it makes some maps. Nobody tells it where no /sys is mounted. */
static enum cgswap_status count_cpus(struct map_reuse *map_reuse)
{
	const struct load_request *wanted = &map_reuse->request;
	struct libbpf_log quiet;
	bool matters = false;
	int cpus;

	for (size_t i = 0; i < map_reuse->count; i++)
		matters |= map_spec_depends_on_cpus(&map_reuse->views[i].shape) ||
			   (map_reuse->views[i].inner &&
			    map_spec_depends_on_cpus(map_reuse->views[i].inner));
	if (!matters)
		return CGSWAP_OK;
	libbpf_log_begin(&quiet);
	cpus = libbpf_num_possible_cpus();
	free(libbpf_log_end(&quiet));
	if (error_is_exhaustion(cpus))
		return error_from_errno(wanted->kernel, CAPABILITY_TO_LOAD, -cpus,
					"how many CPUs there are cannot be read");
	map_reuse->cpus = cpus > 0 ? (uint32_t)cpus : 0;
	return CGSWAP_OK;
}

/* ---- pins ------------------------------------------------------------------------------------ */

/* A pin that went with its last program while it was looked at is nobody's. */
static void drop_unused_maps(struct kernel *kernel, struct map_reuse_map *map)
{
	int fd = kernel->ops->pin_open(kernel, map->pin);

	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	if (fd != -ENOENT)
		return;
	kernel->ops->close(kernel, map->pinned);
	map->pinned = -1;
	map->pinned_id = 0;
}

static enum cgswap_status open_map_pin(const struct map_reuse *map_reuse, struct map_reuse_map *map,
				       struct kernel_map *info)
{
	struct kernel *kernel = map_reuse->request.kernel;
	int err, fd = kernel->ops->pin_open(kernel, map->pin);

	if (fd == -ENOENT)
		return CGSWAP_OK;
	if (fd < 0)
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, -fd,
					"%.400s, where %s is pinned, cannot be opened", map->pin,
					map->name);
	map->pinned = fd;
	if (kernel->ops->kind(kernel, fd) != KERNEL_IS_MAP)
		return error_set(CGSWAP_CAUSE_PIN_EXISTS, 0,
				 "what is pinned at %.400s, where map %s is to be, is no map",
				 map->pin, map->name);
	err = kernel->ops->map_info(kernel, fd, info);
	if (err)
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, -err,
					"the kernel tells nothing of the map at %.400s", map->pin);
	map->pinned_id = info->id;
	map->shared = map_pin_share(kernel, map->pin, info->id);
	if (!map->shared)
		drop_unused_maps(kernel, map);
	return CGSWAP_OK;
}

static enum cgswap_status error_pinned(const struct map_reuse *map_reuse, size_t index,
				       const struct map_spec *found)
{
	char ours[MAP_SPEC_TEXT_SIZE], theirs[MAP_SPEC_TEXT_SIZE];
	const struct map_reuse_map *map = &map_reuse->maps[index];

	map_spec_text(ours, &map_reuse->views[index].shape);
	map_spec_text(theirs, found);
	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0, "%.100s is %s in %.100s and %s at %.200s", map->name,
		  ours, text_file_name(map_reuse->request.path), theirs, map->pin);
	error_remedy("give the map another name, or remove the pin");
	return CGSWAP_E_INCOMPATIBLE;
}

/* A map that its source wants pinned by its name: by us, and not behind our back by libbpf. */
static enum cgswap_status read_map_pin(struct map_reuse *map_reuse, size_t index)
{
	struct map_reuse_map *map = &map_reuse->maps[index];
	const struct map_view *view = &map_reuse->views[index];
	const struct load_request *wanted = &map_reuse->request;
	size_t size = strlen(wanted->bpffs) + strlen(map->name) + 2;
	enum cgswap_status status;
	struct kernel_map info;
	struct map_spec found;

	if (!bpf_map__pin_path(map_reuse->kmaps[index].map))
		return CGSWAP_OK;
	if (!*wanted->bpffs)
		return error_set(CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, 0,
				 "%s of %s is to be pinned by its name, and no bpffs is mounted",
				 map->name, wanted->path);
	if (strchr(map->name, '/'))
		return error_set(CGSWAP_CAUSE_OBJECT_REFUSED, 0,
				 "%s of %s is to be pinned by its name, which is no file's",
				 map->name, wanted->path);
	map->pin = malloc(size);
	if (!map->pin || bpf_map__set_pin_path(map_reuse->kmaps[index].map, NULL))
		return error_no_memory();
	snprintf(map->pin, size, "%s/%s", wanted->bpffs, map->name);
	status = open_map_pin(map_reuse, map, &info);
	if (status || map->pinned < 0)
		return status;
	found = map_spec_of_map(&info);
	if (!map_spec_compatible(&view->shape, view->kind, &found, map_reuse->cpus))
		return error_pinned(map_reuse, index, &found);
	map_reuse->kmaps[index].use = map->pinned;
	map->reason = "the map that is pinned at its path";
	return CGSWAP_OK;
}

/* ---- verdicts -------------------------------------------------------------------------------- */

static enum cgswap_status error_map_changed(const struct map_reuse *map_reuse, size_t index)
{
	const struct map_match *match = &map_reuse->matches[index];
	const struct map_view *view = &map_reuse->views[index];
	const struct map_view *old = &map_reuse->program_maps.maps[match->old];
	const char *name = map_reuse->maps[index].name,
		   *file = text_file_name(map_reuse->request.path);
	char ours[MAP_SPEC_TEXT_SIZE], theirs[MAP_SPEC_TEXT_SIZE];
	uint32_t id = map_reuse->request.old->id;

	if (match->difference.variable) {
		error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
			  "the variables in %s of %.100s are not those of program %u: %.100s %s",
			  view->name, file, id, match->difference.variable, match->difference.how);
		error_remedy("let them start fresh (maps new), or leave %s as it was and put new "
			     "variables in a section of their own, SEC(\".data.more\")",
			     view->name);
		return CGSWAP_E_INCOMPATIBLE;
	}
	map_spec_text(ours, match->inner ? view->inner : &view->shape);
	map_spec_text(theirs, match->inner ? old->inner : &old->shape);
	return error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
			 "%s%.100s is %s in %.100s and %s in program %u",
			 match->inner ? "what is in " : "", name, ours, file, theirs, id);
}

static enum cgswap_status error_map_ambiguous(const struct map_reuse *map_reuse, size_t index)
{
	const struct map_view *old = &map_reuse->program_maps.maps[map_reuse->matches[index].old];
	bool cut = old->naming == MAP_NAME_CUT;

	error_set(
		CGSWAP_CAUSE_MAP_CHANGED, 0,
		"which map of program %u is %.100s of %.100s cannot be told: the kernel cuts names, "
		"and %s %.15s%s",
		map_reuse->request.old->id, map_reuse->maps[index].name,
		text_file_name(map_reuse->request.path),
		cut ? "no BTF tells how" : "several may be called", old->name,
		cut ? " goes on" : "");
	error_remedy("let them start fresh (maps new); names of up to 14 characters are never in "
		     "doubt");
	return CGSWAP_E_INCOMPATIBLE;
}

static enum cgswap_status error_map_unknown(const struct map_reuse *map_reuse, size_t index)
{
	const struct map_view *view = &map_reuse->views[index];

	error_set(
		CGSWAP_CAUSE_MAP_CHANGED, 0,
		"whether the variables in %s of %.100s are those of program %u cannot be told: %s has "
		"no BTF of them",
		view->name, text_file_name(map_reuse->request.path), map_reuse->request.old->id,
		view->btf ? "the program" : "the object");
	if (view->btf)
		error_remedy(
			"let them start fresh (maps new): the program was compiled without -g, "
			"or the kernel refused its BTF when it was loaded");
	else
		error_remedy("compile with -g, or let them start fresh (maps new)");
	return CGSWAP_E_INCOMPATIBLE;
}

static enum cgswap_status use_old_map(struct map_reuse *map_reuse, size_t index)
{
	struct map_reuse_map *map = &map_reuse->maps[index];
	size_t old = map_reuse->matches[index].old;

	if (map->pinned >= 0 && map->pinned_id != map_reuse->program_maps.ids[old]) {
		error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
			  "%.100s is map %u in program %u, and map %u is pinned at %.200s",
			  map->name, map_reuse->program_maps.ids[old], map_reuse->request.old->id,
			  map->pinned_id, map->pin);
		error_remedy("remove the pin, or use the map that is pinned (maps new)");
		return CGSWAP_E_INCOMPATIBLE;
	}
	map_reuse->kmaps[index].use = map_reuse->program_maps.fds[old];
	map->reason = PROGRAM_MAP_SAME;
	map->reused = true;
	return CGSWAP_OK;
}

static enum cgswap_status apply_match(struct map_reuse *map_reuse, size_t index)
{
	struct map_reuse_map *map = &map_reuse->maps[index];
	const char *reason = "new: the old program has no such map";

	switch (map_reuse->matches[index].verdict) {
	case MAP_SAME:
		return use_old_map(map_reuse, index);
	case MAP_INCOMPATIBLE:
		return error_map_changed(map_reuse, index);
	case MAP_AMBIGUOUS:
		return error_map_ambiguous(map_reuse, index);
	case MAP_UNKNOWN:
		return error_map_unknown(map_reuse, index);
	case MAP_IS_READ_ONLY:
		reason = "new: read-only data";
		break;
	case MAP_UNSHARED:
		reason = map_reuse->views[index].shape.type == BPF_MAP_TYPE_PROG_ARRAY
				 ? "new: a program array cannot be shared"
				 : "new: a map of this type cannot be shared";
		break;
	case MAP_NO_MATCH:
		break;
	}
	/* a pin that was there has said it already */
	if (!map->reason)
		map->reason = reason;
	return CGSWAP_OK;
}

/* What is pinned is known by more than its name. */
static void match_by_pin(struct map_reuse *map_reuse, size_t index)
{
	const struct map_reuse_map *map = &map_reuse->maps[index];

	for (size_t i = 0; map->pinned >= 0 && i < map_reuse->program_maps.count; i++)
		if (map_reuse->program_maps.ids[i] == map->pinned_id)
			map_reuse->matches[index] = (struct map_match){ .verdict = MAP_SAME,
									.old = i };
}

static enum cgswap_status reuse_old_maps(struct map_reuse *map_reuse)
{
	const struct load_request *wanted = &map_reuse->request;
	enum cgswap_status status;

	status = program_maps_open(&map_reuse->program_maps, wanted->kernel, wanted->old);
	if (status)
		return status;
	map_match(map_reuse->matches, map_reuse->views, map_reuse->count,
		  map_reuse->program_maps.maps, map_reuse->program_maps.count, map_reuse->cpus);
	for (size_t i = 0; i < map_reuse->count && !status; i++) {
		match_by_pin(map_reuse, i);
		status = apply_match(map_reuse, i);
	}
	return status;
}

static enum cgswap_status make_new_maps(struct map_reuse *map_reuse)
{
	const char *reason = map_reuse->request.old ? "new: asked for"
						    : "new: nothing is handed on";

	for (size_t i = 0; i < map_reuse->count; i++)
		if (!map_reuse->maps[i].reason)
			map_reuse->maps[i].reason = reason;
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_plan(struct map_reuse *out, const struct load_request *wanted)
{
	enum cgswap_status status;

	memset(out, 0, sizeof(*out));
	out->request = *wanted;
	status = object_open(&out->object, wanted->file, wanted->path);
	if (!status)
		status = object_select_program(&out->program, out->object, wanted->path,
					       wanted->program, wanted->type);
	if (!status)
		status = object_fill_prog_arrays(out->object, wanted->file, wanted->path,
						 wanted->type);
	if (!status)
		status = read_maps(out);
	if (!status)
		status = count_cpus(out);
	for (size_t i = 0; i < out->count && !status; i++)
		status = read_map_pin(out, i);
	if (status)
		return status;
	if (!wanted->old || wanted->maps == CGSWAP_MAPS_NEW)
		return make_new_maps(out);
	return reuse_old_maps(out);
}

void map_reuse_end(struct map_reuse *map_reuse)
{
	struct kernel *kernel = map_reuse->request.kernel;

	for (size_t i = 0; i < map_reuse->count; i++) {
		if (map_reuse->maps[i].pinned >= 0)
			kernel->ops->close(kernel, map_reuse->maps[i].pinned);
		if (map_reuse->maps[i].borrowed >= 0)
			kernel->ops->close(kernel, map_reuse->maps[i].borrowed);
		if (map_reuse->kmaps[i].made >= 0)
			kernel->ops->close(kernel, map_reuse->kmaps[i].made);
		map_pin_drop(map_reuse->maps[i].shared);
		free(map_reuse->maps[i].pin);
	}
	free(map_reuse->maps);
	free(map_reuse->views);
	free(map_reuse->matches);
	free(map_reuse->kmaps);
	program_maps_close(&map_reuse->program_maps);
	bpf_object__close(map_reuse->object);
	memset(map_reuse, 0, sizeof(*map_reuse));
}
