/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the maps of an object from libbpf and BTF. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/libbpf_log.h"
#include "base/text.h"
#include "kernel/capability.h"
#include "load/map_reuse_internal.h"
#include "object/btf_util.h"
#include "object/map_def.h"
#include "kernel/errno_error.h"

/* Only BTF describes the inner maps of a map of maps. */
static void map_reuse_read_inner(struct map_view *view, struct map_spec *inner,
				 const struct btf *btf)
{
	struct map_defs all = { 0 };
	struct map_def declared;

	if (btf)
		all = map_defs_of(btf);
	for (size_t i = 0; i < map_def_count(&all); i++)
		if (strcmp(map_def_name(&all, i), view->name) == 0 &&
		    map_def_read(&declared, &all, i) && declared.has_inner) {
			*inner = declared.inner;
			view->inner = inner;
		}
}

static void map_reuse_read_globals(struct map_view *view, const char *section,
				   const struct btf *btf)
{
	uint32_t id = btf ? btf_find_section(btf, section) : 0;

	view->name = section;
	view->kind = map_section_kind(section);
	if (id) {
		view->btf = btf;
		view->section = id;
	}
}

static void map_reuse_read_map(struct map_view *view, struct map_reuse_map *map,
			       const struct bpf_map *libbpf, const struct btf *btf)
{
	const char *section;

	/* the text is written before it is read */
	memset(map, 0, offsetof(struct map_reuse_map, counted));
	text_copy(map->name, sizeof(map->name), bpf_map__name(libbpf));
	map->pinned = -1;
	map->by_pin = -1;
	view->name = map->name;
	view->spec = map_spec_of_object_map(libbpf);
	/* libbpf puts the object's name, which has no dot, before the section name */
	view->key_type = bpf_map__btf_key_type_id(libbpf);
	view->value_type = bpf_map__btf_value_type_id(libbpf);
	map->timers = btf && view->value_type && btf_has_struct(btf, view->value_type, "bpf_timer");
	section = bpf_map__is_internal(libbpf) ? strchr(map->name, '.') : NULL;
	if (section)
		map_reuse_read_globals(view, section, btf);
	else if (map_spec_holds_maps(&view->spec))
		map_reuse_read_inner(view, &map->inner, btf);
}

/*
 * The BTF of keys and values matters for maps whose names the kernel cuts. Maps of globals are
 * known by their sections, and libbpf's names for them are long.
 */
static void map_reuse_read_types(struct map_reuse *reuse, const struct btf *btf)
{
	bool matters = false;

	for (size_t i = 0; btf && i < reuse->count; i++)
		matters |= reuse->views[i].kind == MAP_ORDINARY &&
			   strlen(reuse->maps[i].name) >= KERNEL_NAME_SIZE - 1;
	if (!matters || btf_overflows(btf))
		return;
	for (size_t i = 0; i < reuse->count; i++)
		if (reuse->views[i].value_type)
			reuse->views[i].types = btf;
}

/* The kernel rounds some maps up to the number of CPUs, which is unreadable without /sys. */
static enum cgswap_status map_reuse_count_cpus(struct map_reuse *reuse)
{
	const struct load_request *request = &reuse->request;
	struct libbpf_log quiet;
	bool matters = false;
	int cpus;

	for (size_t i = 0; i < reuse->count; i++)
		matters |= map_spec_depends_on_cpus(&reuse->views[i].spec) ||
			   (reuse->views[i].inner &&
			    map_spec_depends_on_cpus(reuse->views[i].inner));
	if (!matters)
		return CGSWAP_OK;
	libbpf_log_begin(&quiet);
	cpus = libbpf_num_possible_cpus();
	free(libbpf_log_end(&quiet));
	if (error_is_exhaustion(cpus))
		return error_from_errno(request->kernel, CAPABILITY_TO_LOAD, -cpus,
					"the number of CPUs cannot be read");
	reuse->cpus = cpus > 0 ? (uint32_t)cpus : 0;
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_read_maps(struct map_reuse *reuse)
{
	const struct btf *btf = bpf_object__btf(reuse->object);
	size_t capacity = 0;
	struct bpf_map *map;

	bpf_object__for_each_map(map, reuse->object) capacity++;
	/* one more: an allocation of size 0 may return NULL */
	reuse->maps = malloc((capacity + 1) * sizeof(*reuse->maps));
	reuse->views = calloc(capacity + 1, sizeof(*reuse->views));
	reuse->matches = calloc(capacity + 1, sizeof(*reuse->matches));
	reuse->kmaps = calloc(capacity + 1, sizeof(*reuse->kmaps));
	if (!reuse->maps || !reuse->views || !reuse->matches || !reuse->kmaps)
		return error_no_memory();
	bpf_object__for_each_map(map, reuse->object)
	{
		size_t i = reuse->count;

		if (!bpf_map__autocreate(map))
			continue;
		map_reuse_read_map(&reuse->views[i], &reuse->maps[i], map, btf);
		reuse->kmaps[i] = (struct kernel_object_map){ .map = map, .use = -1, .made = -1 };
		reuse->count++;
	}
	map_reuse_read_types(reuse, btf);
	return map_reuse_count_cpus(reuse);
}
