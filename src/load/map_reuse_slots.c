/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The slots of the old program's arrays. The programs in them are parts of the old program: where
 * the source fills an array, new ones replace them, and reuse their maps.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "load/map_reuse_internal.h"

int map_reuse_next_slot(const struct map_reuse *reuse, size_t old, uint32_t *slot,
			uint32_t *program)
{
	struct kernel *kernel = reuse->request.kernel;
	uint32_t size = reuse->old_maps.maps[old].spec.max_entries;
	int err = -ENOENT;

	for (; *slot < size && err == -ENOENT; ++*slot) {
		err = kernel->ops->map_lookup(kernel, reuse->old_maps.fds[old]->fd, slot, program);
		if (err != -ENOENT)
			break;
	}
	return err;
}

static bool map_reuse_fills_any(const struct map_reuse *reuse)
{
	for (size_t i = 0; i < reuse->count; i++)
		if (reuse->maps[i].filled)
			return true;
	return false;
}

static bool map_reuse_has_slot_program(const struct map_reuse *reuse, uint32_t id)
{
	for (size_t i = 0; i < reuse->slot_program_count; i++)
		if (reuse->slot_programs[i]->info.id == id)
			return true;
	return reuse->request.old->info.id == id;
}

/* Holds a program open as long as its maps are needed. */
static enum cgswap_status map_reuse_hold_slot_program(struct map_reuse *reuse, int fd)
{
	size_t size = (reuse->slot_program_count + 1) * sizeof(struct program *);
	struct program **programs = realloc(reuse->slot_programs, size);

	if (!programs) {
		reuse->request.kernel->ops->close(reuse->request.kernel, fd);
		return error_no_memory();
	}
	reuse->slot_programs = programs;
	return program_from_fd(&programs[reuse->slot_program_count], reuse->request.kernel, fd);
}

/* Adds the maps of a program in a slot. One that left its slot meanwhile has none to lose. */
static enum cgswap_status map_reuse_add_slot_program(struct map_reuse *reuse, uint32_t id)
{
	struct kernel *kernel = reuse->request.kernel;
	enum cgswap_status status;
	int fd;

	if (map_reuse_has_slot_program(reuse, id))
		return CGSWAP_OK;
	fd = kernel->ops->program_by_id(kernel, id);
	if (fd == -ENOENT)
		return CGSWAP_OK;
	if (fd < 0)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -fd,
					"program %u{program_id} cannot be opened by its id", id);
	status = map_reuse_hold_slot_program(reuse, fd);
	if (status)
		return status;
	return program_maps_add_named(&reuse->old_maps,
				      reuse->slot_programs[reuse->slot_program_count++]);
}

/* The maps that are added in the loop may be arrays too. */
enum cgswap_status map_reuse_read_slots(struct map_reuse *reuse)
{
	bool fills = map_reuse_fills_any(reuse);
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < reuse->old_maps.count; i++) {
		uint32_t slot, program, slots = 0;
		int err = -ENOENT;

		if (!map_spec_holds_programs(&reuse->old_maps.maps[i].spec))
			continue;
		for (slot = 0; !(err = map_reuse_next_slot(reuse, i, &slot, &program)); slot++) {
			slots++;
			if (fills)
				status = map_reuse_add_slot_program(reuse, program);
			if (status)
				return status;
		}
		if (err != -ENOENT)
			return error_from_errno(
				reuse->request.kernel, CAPABILITY_BY_ID, -err,
				"the slots of program array '%.100s'{map} of program "
				"%u{program_id} cannot be read",
				reuse->old_maps.maps[i].name, reuse->old_maps.owners[i]);
		reuse->old_maps.maps[i].slots = slots;
	}
	return CGSWAP_OK;
}

void map_reuse_free_slots(struct map_reuse *reuse)
{
	for (size_t i = 0; i < reuse->slot_program_count; i++)
		program_unref(reuse->slot_programs[i]);
	free(reuse->slot_programs);
}
