/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan is carried out: the program is loaded, and knows how it came to its maps. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "load/map_reuse.h"
#include "kernel/errno_error.h"

/* What the kernel calls the maps that were made or taken; a map that is left out keeps 0. */
static enum cgswap_status map_reuse_read_ids(struct map_reuse *map_reuse)
{
	const struct load_request *wanted = &map_reuse->request;
	struct kernel_map info;

	for (size_t i = 0; i < map_reuse->count; i++) {
		const struct kernel_object_map *door = &map_reuse->kmaps[i];
		int err, fd = door->use >= 0 ? door->use : door->made;

		if (fd < 0)
			continue;
		err = wanted->kernel->ops->map_info(wanted->kernel, fd, &info);
		if (err)
			return error_from_errno(wanted->kernel, CAPABILITY_TO_LOAD, -err,
						"the kernel tells nothing of map %.100s of %.300s",
						map_reuse->maps[i].name, wanted->path);
		map_reuse->maps[i].id = info.id;
	}
	return CGSWAP_OK;
}

/* Tells the program of its maps what the object and the plan know of them. */
static enum cgswap_status map_reuse_report(const struct map_reuse *map_reuse,
					   struct program *program)
{
	size_t count = program->info.map_count;

	if (!count)
		return CGSWAP_OK;
	program->maps = calloc(count, sizeof(*program->maps));
	if (!program->maps)
		return error_no_memory();
	for (size_t j = 0; j < count; j++)
		program->maps[j].reason = PROGRAM_MAP_NOT_OURS;
	for (size_t i = 0; i < map_reuse->count; i++) {
		const struct map_reuse_map *map = &map_reuse->maps[i];

		for (size_t j = 0; map->id && j < count; j++) {
			if (program->info.map_ids[j] != map->id)
				continue;
			memcpy(program->maps[j].name, map->name, sizeof(map->name));
			program->maps[j].reused = map->reused;
			program->maps[j].reason = map->reason;
		}
	}
	return CGSWAP_OK;
}

static enum cgswap_status error_map_pin(const struct map_reuse *map_reuse, size_t index, int errnum)
{
	const struct map_reuse_map *map = &map_reuse->maps[index];

	if (errnum == EEXIST)
		return error_set(CGSWAP_CAUSE_PIN_EXISTS, errnum,
				 "somebody else pinned at %.400s while %s was loaded", map->pin,
				 map->name);
	if (errnum == EPERM || errnum == EACCES || error_is_exhaustion(-errnum))
		return error_from_errno(map_reuse->request.kernel, CAPABILITY_TO_LOAD, errnum,
					"%s cannot be pinned at %.400s", map->name, map->pin);
	return error_set(CGSWAP_CAUSE_PIN_FAILED, errnum, "%s cannot be pinned at %.400s: %s",
			 map->name, map->pin, cgswap_errno_get_name(errnum));
}

/* Pins what is to be pinned by its name and was not yet; the program has what may go again. */
static enum cgswap_status pin_maps(struct map_reuse *map_reuse, struct program *program)
{
	struct kernel *kernel = map_reuse->request.kernel;

	for (size_t i = 0; i < map_reuse->count; i++) {
		struct map_reuse_map *map = &map_reuse->maps[i];
		const struct kernel_object_map *door = &map_reuse->kmaps[i];
		struct program_pin *pin;
		int err = 0;

		if (!map->pin || (map->pinned >= 0 && !map->shared))
			continue;
		pin = malloc(sizeof(*pin));
		if (!pin)
			return error_no_memory();
		pin->pin = map->shared;
		map->shared = NULL;
		if (!pin->pin)
			err = map_pin_make(&pin->pin, kernel,
					   door->use >= 0 ? door->use : door->made, map->pin,
					   map->id);
		if (err) {
			free(pin);
			return error_map_pin(map_reuse, i, -err);
		}
		pin->next = program->pins;
		program->pins = pin;
	}
	return CGSWAP_OK;
}

const char *map_reuse_next_dropped(const struct map_reuse *map_reuse, const struct program *program,
				   size_t *at)
{
	const struct program_maps *program_maps = &map_reuse->program_maps;

	for (size_t i = *at; i < program_maps->count; i++)
		if (program_maps->maps[i].kind != MAP_READ_ONLY &&
		    !program_uses_map(program, program_maps->ids[i])) {
			*at = i + 1;
			return program_maps->maps[i].name;
		}
	*at = program_maps->count;
	return NULL;
}

enum cgswap_status map_reuse_check(const struct map_reuse *map_reuse, const struct program *program)
{
	const struct load_request *wanted = &map_reuse->request;
	size_t at = 0;
	const char *lost, *why = "is not used by";

	if (wanted->maps != CGSWAP_MAPS_REQUIRE)
		return CGSWAP_OK;
	lost = map_reuse_next_dropped(map_reuse, program, &at);
	if (!lost)
		return CGSWAP_OK;
	if (map_reuse->program_maps.maps[at - 1].shape.type == BPF_MAP_TYPE_PROG_ARRAY)
		why = "is a program array, which cannot be shared with";
	return error_set(
		CGSWAP_CAUSE_MAP_DROPPED, 0,
		"%.100s of program %u %s %s of %.300s, and all state was required to live on", lost,
		wanted->old->id, why, bpf_program__name(map_reuse->program), wanted->path);
}

/* libbpf fills what it finds pinned, too: another program's tail calls would go elsewhere. */
static enum cgswap_status drop_unused_pins(const struct map_reuse *map_reuse)
{
	const struct load_request *wanted = &map_reuse->request;

	for (size_t i = 0; i < map_reuse->count; i++) {
		const struct map_reuse_map *map = &map_reuse->maps[i];
		enum cgswap_status status;
		bool fills;

		if (map->pinned < 0)
			continue;
		status = object_fills_map(&fills, map_reuse->object, wanted->file,
					  map_reuse->kmaps[i].map);
		if (status)
			return status;
		if (!fills)
			continue;
		error_set(
			CGSWAP_CAUSE_PIN_EXISTS, 0,
			"%.100s of %.200s is filled by its source, and a program array that others "
			"may use is pinned at %.400s",
			map->name, wanted->path, map->pin);
		error_remedy(
			"use the program that is loaded already (id:N), give the array another "
			"name, or move the pin to another path (mv) until no program uses it");
		return CGSWAP_E_CONFLICT;
	}
	return CGSWAP_OK;
}

enum cgswap_status map_reuse_load(struct program **out, struct map_reuse *map_reuse)
{
	const struct load_request *wanted = &map_reuse->request;
	enum cgswap_status status;
	struct program *program;
	int fd;

	*out = NULL;
	status = drop_unused_pins(map_reuse);
	if (status)
		return status;
	status = object_load(&fd, wanted->kernel, map_reuse->object, map_reuse->program,
			     map_reuse->kmaps, map_reuse->count, wanted->path);
	if (!status)
		status = program_from_fd(&program, wanted->kernel, fd);
	if (status)
		return status;
	status = map_reuse_read_ids(map_reuse);
	if (!status)
		status = map_reuse_report(map_reuse, program);
	if (!status)
		status = map_reuse_check(map_reuse, program);
	if (!status)
		status = map_reuse_check_nested(map_reuse, program);
	if (!status)
		status = pin_maps(map_reuse, program);
	if (status) {
		program_unref(program);
		return status;
	}
	*out = program;
	return CGSWAP_OK;
}
