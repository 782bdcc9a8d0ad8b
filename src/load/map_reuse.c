/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan: which map of the object is which of the old program's. handover_load.c does it. */
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
#include "kernel/capability.h"
#include "base/text.h"

/* ---- the object's maps ----------------------------------------------------------------------- */

static void look_at_inner(struct heir_map *view, struct map_shape *inner, const struct btf *btf)
{
	size_t count = btf ? declared_count(btf) : 0;
	struct declared declared;

	for (size_t i = 0; i < count; i++)
		if (declared_read(&declared, btf, i) && declared.has_inner &&
		    strcmp(declared.name, view->name) == 0) {
			*inner = declared.inner;
			view->inner = inner;
		}
}

static void look_at_globals(struct heir_map *view, const char *section, const struct btf *btf)
{
	int id = btf ? btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC) : -1;

	view->name = section;
	view->kind = heir_section_kind(section);
	if (id > 0) {
		view->btf = btf;
		view->section = (uint32_t)id;
	}
}

static void look_at(struct heir_map *view, struct handover_map *map, const struct bpf_map *libbpf,
		    const struct btf *btf)
{
	const char *section;

	snprintf(map->name, sizeof(map->name), "%s", bpf_map__name(libbpf));
	map->pinned = -1;
	map->lent = -1;
	view->name = map->name;
	view->shape = (struct map_shape){ .type = bpf_map__type(libbpf),
					  .key_size = bpf_map__key_size(libbpf),
					  .value_size = bpf_map__value_size(libbpf),
					  .max_entries = bpf_map__max_entries(libbpf),
					  .flags = bpf_map__map_flags(libbpf) };
	/* libbpf puts the object's name, in which there is no dot, before the section's */
	section = bpf_map__is_internal(libbpf) ? strchr(map->name, '.') : NULL;
	if (section)
		look_at_globals(view, section, btf);
	else
		look_at_inner(view, &map->inner, btf);
}

static enum cgswap_status look_at_maps(struct handover *handover)
{
	const struct btf *btf = bpf_object__btf(handover->object);
	size_t room = 0;
	struct bpf_map *map;

	bpf_object__for_each_map(map, handover->object) room++;
	/* one more, for what has none */
	handover->maps = calloc(room + 1, sizeof(*handover->maps));
	handover->views = calloc(room + 1, sizeof(*handover->views));
	handover->matches = calloc(room + 1, sizeof(*handover->matches));
	handover->doors = calloc(room + 1, sizeof(*handover->doors));
	if (!handover->maps || !handover->views || !handover->matches || !handover->doors)
		return error_no_memory();
	bpf_object__for_each_map(map, handover->object)
	{
		size_t i = handover->count;

		if (!bpf_map__autocreate(map))
			continue;
		look_at(&handover->views[i], &handover->maps[i], map, btf);
		handover->doors[i] = (struct kernel_object_map){ map, -1, -1 };
		handover->count++;
	}
	return CGSWAP_OK;
}

/* The kernel asks for it when it makes some maps. Nobody tells it where no /sys is mounted. */
static enum cgswap_status count_cpus(struct handover *handover)
{
	const struct handover_wish *wish = &handover->wish;
	struct libbpf_log quiet;
	bool matters = false;
	int cpus;

	for (size_t i = 0; i < handover->count; i++)
		matters |= heir_depends_on_cpus(&handover->views[i].shape) ||
			   (handover->views[i].inner &&
			    heir_depends_on_cpus(handover->views[i].inner));
	if (!matters)
		return CGSWAP_OK;
	libbpf_log_begin(&quiet);
	cpus = libbpf_num_possible_cpus();
	free(libbpf_log_end(&quiet));
	if (error_is_starved(cpus))
		return refuse_errno(wish->kernel, PRIVILEGE_TO_LOAD, -cpus,
				    "how many CPUs there are cannot be read");
	handover->cpus = cpus > 0 ? (uint32_t)cpus : 0;
	return CGSWAP_OK;
}

/* ---- pins ------------------------------------------------------------------------------------ */

/* A pin that went with its last program while it was looked at is nobody's. */
static void drop_what_went(struct kernel *kernel, struct handover_map *map)
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

static enum cgswap_status open_pin(const struct handover *handover, struct handover_map *map,
				   struct kernel_map *info)
{
	struct kernel *kernel = handover->wish.kernel;
	int err, fd = kernel->ops->pin_open(kernel, map->pin);

	if (fd == -ENOENT)
		return CGSWAP_OK;
	if (fd < 0)
		return refuse_errno(kernel, PRIVILEGE_TO_LOAD, -fd,
				    "%.400s, where %s is pinned, cannot be opened", map->pin,
				    map->name);
	map->pinned = fd;
	if (kernel->ops->kind(kernel, fd) != KERNEL_IS_MAP)
		return error_set(CGSWAP_CAUSE_PIN_EXISTS, 0,
				 "what is pinned at %.400s, where map %s is to be, is no map",
				 map->pin, map->name);
	err = kernel->ops->map_info(kernel, fd, info);
	if (err)
		return refuse_errno(kernel, PRIVILEGE_TO_LOAD, -err,
				    "the kernel tells nothing of the map at %.400s", map->pin);
	map->pinned_id = info->id;
	map->shared = map_pin_share(kernel, map->pin, info->id);
	if (!map->shared)
		drop_what_went(kernel, map);
	return CGSWAP_OK;
}

static enum cgswap_status refuse_pinned(const struct handover *handover, size_t index,
					const struct map_shape *found)
{
	char ours[MAP_SHAPE_TEXT], theirs[MAP_SHAPE_TEXT];
	const struct handover_map *map = &handover->maps[index];

	heir_shape(ours, &handover->views[index].shape);
	heir_shape(theirs, found);
	error_set(CGSWAP_CAUSE_MAP_CHANGED, 0, "%.100s is %s in %.100s and %s at %.200s", map->name,
		  ours, text_file_name(handover->wish.path), theirs, map->pin);
	error_remedy("give the map another name, or remove the pin");
	return CGSWAP_E_INCOMPATIBLE;
}

/* A map that its source wants pinned by its name: by us, and not behind our back by libbpf. */
static enum cgswap_status look_at_pin(struct handover *handover, size_t index)
{
	struct handover_map *map = &handover->maps[index];
	const struct heir_map *view = &handover->views[index];
	const struct handover_wish *wish = &handover->wish;
	size_t size = strlen(wish->bpffs) + strlen(map->name) + 2;
	enum cgswap_status status;
	struct kernel_map info;
	struct map_shape found;

	if (!bpf_map__pin_path(handover->doors[index].map))
		return CGSWAP_OK;
	if (!*wish->bpffs)
		return error_set(CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, 0,
				 "%s of %s is to be pinned by its name, and no bpffs is mounted",
				 map->name, wish->path);
	if (strchr(map->name, '/'))
		return error_set(CGSWAP_CAUSE_OBJECT_REFUSED, 0,
				 "%s of %s is to be pinned by its name, which is no file's",
				 map->name, wish->path);
	map->pin = malloc(size);
	if (!map->pin || bpf_map__set_pin_path(handover->doors[index].map, NULL))
		return error_no_memory();
	snprintf(map->pin, size, "%s/%s", wish->bpffs, map->name);
	status = open_pin(handover, map, &info);
	if (status || map->pinned < 0)
		return status;
	found = legacy_shape(&info);
	if (!heir_fits(&view->shape, view->kind, &found, handover->cpus))
		return refuse_pinned(handover, index, &found);
	handover->doors[index].use = map->pinned;
	map->reason = "the map that is pinned at its path";
	return CGSWAP_OK;
}

/* ---- verdicts -------------------------------------------------------------------------------- */

static enum cgswap_status refuse_changed(const struct handover *handover, size_t index)
{
	const struct heir_match *match = &handover->matches[index];
	const struct heir_map *view = &handover->views[index];
	const struct heir_map *old = &handover->legacy.maps[match->old];
	const char *name = handover->maps[index].name, *file = text_file_name(handover->wish.path);
	char ours[MAP_SHAPE_TEXT], theirs[MAP_SHAPE_TEXT];
	uint32_t id = handover->wish.old->id;

	if (match->difference.variable) {
		error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
			  "the variables in %s of %.100s are not those of program %u: %.100s %s",
			  view->name, file, id, match->difference.variable, match->difference.how);
		error_remedy("let them start fresh (maps new), or leave %s as it was and put new "
			     "variables in a section of their own, SEC(\".data.more\")",
			     view->name);
		return CGSWAP_E_INCOMPATIBLE;
	}
	heir_shape(ours, match->inner ? view->inner : &view->shape);
	heir_shape(theirs, match->inner ? old->inner : &old->shape);
	return error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
			 "%s%.100s is %s in %.100s and %s in program %u",
			 match->inner ? "what is in " : "", name, ours, file, theirs, id);
}

static enum cgswap_status refuse_ambiguous(const struct handover *handover, size_t index)
{
	const struct heir_map *old = &handover->legacy.maps[handover->matches[index].old];
	bool cut = old->naming == MAP_NAME_CUT;

	error_set(
		CGSWAP_CAUSE_MAP_CHANGED, 0,
		"which map of program %u is %.100s of %.100s cannot be told: the kernel cuts names, "
		"and %s %.15s%s",
		handover->wish.old->id, handover->maps[index].name,
		text_file_name(handover->wish.path),
		cut ? "no BTF tells how" : "several may be called", old->name,
		cut ? " goes on" : "");
	error_remedy("let them start fresh (maps new); names of up to 14 characters are never in "
		     "doubt");
	return CGSWAP_E_INCOMPATIBLE;
}

static enum cgswap_status refuse_unknown(const struct handover *handover, size_t index)
{
	const struct heir_map *view = &handover->views[index];

	error_set(
		CGSWAP_CAUSE_MAP_CHANGED, 0,
		"whether the variables in %s of %.100s are those of program %u cannot be told: %s has "
		"no BTF of them",
		view->name, text_file_name(handover->wish.path), handover->wish.old->id,
		view->btf ? "the program" : "the object");
	if (view->btf)
		error_remedy(
			"let them start fresh (maps new): the program was compiled without -g, "
			"or the kernel refused its BTF when it was loaded");
	else
		error_remedy("compile with -g, or let them start fresh (maps new)");
	return CGSWAP_E_INCOMPATIBLE;
}

static enum cgswap_status use_old(struct handover *handover, size_t index)
{
	struct handover_map *map = &handover->maps[index];
	size_t old = handover->matches[index].old;

	if (map->pinned >= 0 && map->pinned_id != handover->legacy.ids[old]) {
		error_set(CGSWAP_CAUSE_MAP_CHANGED, 0,
			  "%.100s is map %u in program %u, and map %u is pinned at %.200s",
			  map->name, handover->legacy.ids[old], handover->wish.old->id,
			  map->pinned_id, map->pin);
		error_remedy("remove the pin, or use the map that is pinned (maps new)");
		return CGSWAP_E_INCOMPATIBLE;
	}
	handover->doors[index].use = handover->legacy.fds[old];
	map->reason = PROGRAM_MAP_SAME;
	map->kept = true;
	return CGSWAP_OK;
}

static enum cgswap_status judge(struct handover *handover, size_t index)
{
	struct handover_map *map = &handover->maps[index];
	const char *reason = "new: the old program has no such map";

	switch (handover->matches[index].verdict) {
	case HEIR_SAME:
		return use_old(handover, index);
	case HEIR_CHANGED:
		return refuse_changed(handover, index);
	case HEIR_AMBIGUOUS:
		return refuse_ambiguous(handover, index);
	case HEIR_UNKNOWN:
		return refuse_unknown(handover, index);
	case HEIR_READ_ONLY:
		reason = "new: read-only data";
		break;
	case HEIR_UNSHARED:
		reason = handover->views[index].shape.type == BPF_MAP_TYPE_PROG_ARRAY
				 ? "new: a program array cannot be shared"
				 : "new: a map of this type cannot be shared";
		break;
	case HEIR_NONE:
		break;
	}
	/* a pin that was there has said it already */
	if (!map->reason)
		map->reason = reason;
	return CGSWAP_OK;
}

/* What is pinned is known by more than its name. */
static void match_by_pin(struct handover *handover, size_t index)
{
	const struct handover_map *map = &handover->maps[index];

	for (size_t i = 0; map->pinned >= 0 && i < handover->legacy.count; i++)
		if (handover->legacy.ids[i] == map->pinned_id)
			handover->matches[index] = (struct heir_match){ .verdict = HEIR_SAME,
									.old = i };
}

static enum cgswap_status inherit(struct handover *handover)
{
	const struct handover_wish *wish = &handover->wish;
	enum cgswap_status status;

	status = legacy_open(&handover->legacy, wish->kernel, wish->old);
	if (status)
		return status;
	heir_match(handover->matches, handover->views, handover->count, handover->legacy.maps,
		   handover->legacy.count, handover->cpus);
	for (size_t i = 0; i < handover->count && !status; i++) {
		match_by_pin(handover, i);
		status = judge(handover, i);
	}
	return status;
}

static enum cgswap_status start_fresh(struct handover *handover)
{
	const char *reason = handover->wish.old ? "new: asked for" : "new: nothing is handed on";

	for (size_t i = 0; i < handover->count; i++)
		if (!handover->maps[i].reason)
			handover->maps[i].reason = reason;
	return CGSWAP_OK;
}

enum cgswap_status handover_plan(struct handover *out, const struct handover_wish *wish)
{
	enum cgswap_status status;

	memset(out, 0, sizeof(*out));
	out->wish = *wish;
	status = object_open(&out->object, wish->file, wish->path);
	if (!status)
		status = object_choose(&out->program, out->object, wish->path, wish->program,
				       wish->type);
	if (!status)
		status = object_fill(out->object, wish->file, wish->path, wish->type);
	if (!status)
		status = look_at_maps(out);
	if (!status)
		status = count_cpus(out);
	for (size_t i = 0; i < out->count && !status; i++)
		status = look_at_pin(out, i);
	if (status)
		return status;
	if (!wish->old || wish->maps == CGSWAP_MAPS_NEW)
		return start_fresh(out);
	return inherit(out);
}

void handover_end(struct handover *handover)
{
	struct kernel *kernel = handover->wish.kernel;

	for (size_t i = 0; i < handover->count; i++) {
		if (handover->maps[i].pinned >= 0)
			kernel->ops->close(kernel, handover->maps[i].pinned);
		if (handover->maps[i].lent >= 0)
			kernel->ops->close(kernel, handover->maps[i].lent);
		if (handover->doors[i].made >= 0)
			kernel->ops->close(kernel, handover->doors[i].made);
		map_pin_drop(handover->maps[i].shared);
		free(handover->maps[i].pin);
	}
	free(handover->maps);
	free(handover->views);
	free(handover->matches);
	free(handover->doors);
	legacy_close(&handover->legacy);
	bpf_object__close(handover->object);
	memset(handover, 0, sizeof(*handover));
}
