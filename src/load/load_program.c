/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan is carried out: the program is loaded, and knows how it came to its maps. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "load/map_reuse.h"
#include "kernel/capability.h"

/* What the kernel calls the maps that were made or taken; a map that is left out keeps 0. */
static enum cgswap_status learn_ids(struct handover *handover)
{
	const struct handover_wish *wish = &handover->wish;
	struct kernel_map info;

	for (size_t i = 0; i < handover->count; i++) {
		const struct kernel_object_map *door = &handover->doors[i];
		int err, fd = door->use >= 0 ? door->use : door->made;

		if (fd < 0)
			continue;
		err = wish->kernel->ops->map_info(wish->kernel, fd, &info);
		if (err)
			return refuse_errno(wish->kernel, PRIVILEGE_TO_LOAD, -err,
					    "the kernel tells nothing of map %.100s of %.300s",
					    handover->maps[i].name, wish->path);
		handover->maps[i].id = info.id;
	}
	return CGSWAP_OK;
}

/* Tells the program of its maps what the object and the plan know of them. */
static enum cgswap_status tell(const struct handover *handover, struct program *program)
{
	size_t count = program->info.map_count;

	if (!count)
		return CGSWAP_OK;
	program->maps = calloc(count, sizeof(*program->maps));
	if (!program->maps)
		return error_no_memory();
	for (size_t j = 0; j < count; j++)
		program->maps[j].reason = PROGRAM_MAP_NOT_OURS;
	for (size_t i = 0; i < handover->count; i++) {
		const struct handover_map *map = &handover->maps[i];

		for (size_t j = 0; map->id && j < count; j++) {
			if (program->info.map_ids[j] != map->id)
				continue;
			memcpy(program->maps[j].name, map->name, sizeof(map->name));
			program->maps[j].kept = map->kept;
			program->maps[j].reason = map->reason;
		}
	}
	return CGSWAP_OK;
}

static enum cgswap_status refuse_pin(const struct handover *handover, size_t index, int errnum)
{
	const struct handover_map *map = &handover->maps[index];

	if (errnum == EEXIST)
		return error_set(CGSWAP_CAUSE_PIN_EXISTS, errnum,
				 "somebody else pinned at %.400s while %s was loaded", map->pin,
				 map->name);
	if (errnum == EPERM || errnum == EACCES || error_is_starved(-errnum))
		return refuse_errno(handover->wish.kernel, PRIVILEGE_TO_LOAD, errnum,
				    "%s cannot be pinned at %.400s", map->name, map->pin);
	return error_set(CGSWAP_CAUSE_PIN_FAILED, errnum, "%s cannot be pinned at %.400s: %s",
			 map->name, map->pin, cgswap_errno_get_name(errnum));
}

/* Pins what is to be pinned by its name and was not yet; the program has what may go again. */
static enum cgswap_status pin_maps(struct handover *handover, struct program *program)
{
	struct kernel *kernel = handover->wish.kernel;

	for (size_t i = 0; i < handover->count; i++) {
		struct handover_map *map = &handover->maps[i];
		const struct kernel_object_map *door = &handover->doors[i];
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
			return refuse_pin(handover, i, -err);
		}
		pin->next = program->pins;
		program->pins = pin;
	}
	return CGSWAP_OK;
}

const char *handover_lost(const struct handover *handover, const struct program *program,
			  size_t *at)
{
	const struct legacy *legacy = &handover->legacy;

	for (size_t i = *at; i < legacy->count; i++)
		if (legacy->maps[i].kind != MAP_READ_ONLY &&
		    !program_uses_map(program, legacy->ids[i])) {
			*at = i + 1;
			return legacy->maps[i].name;
		}
	*at = legacy->count;
	return NULL;
}

enum cgswap_status handover_check(const struct handover *handover, const struct program *program)
{
	const struct handover_wish *wish = &handover->wish;
	size_t at = 0;
	const char *lost, *why = "is not used by";

	if (wish->maps != CGSWAP_MAPS_REQUIRE)
		return CGSWAP_OK;
	lost = handover_lost(handover, program, &at);
	if (!lost)
		return CGSWAP_OK;
	if (handover->legacy.maps[at - 1].shape.type == BPF_MAP_TYPE_PROG_ARRAY)
		why = "is a program array, which cannot be shared with";
	return error_set(
		CGSWAP_CAUSE_MAP_DROPPED, 0,
		"%.100s of program %u %s %s of %.300s, and all state was required to live on", lost,
		wish->old->id, why, bpf_program__name(handover->program), wish->path);
}

/* libbpf fills what it finds pinned, too: another program's tail calls would go elsewhere. */
static enum cgswap_status spare_pinned(const struct handover *handover)
{
	const struct handover_wish *wish = &handover->wish;

	for (size_t i = 0; i < handover->count; i++) {
		const struct handover_map *map = &handover->maps[i];
		enum cgswap_status status;
		bool fills;

		if (map->pinned < 0)
			continue;
		status = object_fills(&fills, handover->object, wish->file, handover->doors[i].map);
		if (status)
			return status;
		if (!fills)
			continue;
		error_set(
			CGSWAP_CAUSE_PIN_EXISTS, 0,
			"%.100s of %.200s is filled by its source, and a program array that others "
			"may use is pinned at %.400s",
			map->name, wish->path, map->pin);
		error_remedy(
			"use the program that is loaded already (id:N), give the array another "
			"name, or move the pin to another path (mv) until no program uses it");
		return CGSWAP_E_CONFLICT;
	}
	return CGSWAP_OK;
}

enum cgswap_status handover_load(struct program **out, struct handover *handover)
{
	const struct handover_wish *wish = &handover->wish;
	enum cgswap_status status;
	struct program *program;
	int fd;

	*out = NULL;
	status = spare_pinned(handover);
	if (status)
		return status;
	status = object_load(&fd, wish->kernel, handover->object, handover->program,
			     handover->doors, handover->count, wish->path);
	if (!status)
		status = program_from_fd(&program, wish->kernel, fd);
	if (status)
		return status;
	status = learn_ids(handover);
	if (!status)
		status = tell(handover, program);
	if (!status)
		status = handover_check(handover, program);
	if (!status)
		status = handover_whole(handover, program);
	if (!status)
		status = pin_maps(handover, program);
	if (status) {
		program_unref(program);
		return status;
	}
	*out = program;
	return CGSWAP_OK;
}
