/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps of a program, and their origins. */
#include <stdlib.h>
#include <string.h>

#include "program/program.h"

void program_read_maps(struct program *program)
{
	struct kernel *kernel = program->kernel;
	struct kernel_map map;

	if (program->maps || !program->info.map_count)
		return;
	program->maps = calloc(program->info.map_count, sizeof(*program->maps));
	for (size_t i = 0; program->maps && i < program->info.map_count; i++) {
		int fd = kernel->ops->map_by_id(kernel, program->info.map_ids[i]);

		program->maps[i].reason = PROGRAM_MAP_UNKNOWN;
		if (fd < 0)
			continue;
		if (kernel->ops->map_info(kernel, fd, &map) == 0)
			memcpy(program->maps[i].name, map.name, sizeof(map.name));
		kernel->ops->close(kernel, fd);
	}
}

bool program_uses_map(const struct program *program, uint32_t id)
{
	for (size_t i = 0; i < program->info.map_count; i++)
		if (program->info.map_ids[i] == id)
			return true;
	return false;
}

const struct program_map *program_map_at(const struct program *program, size_t index)
{
	static const struct program_map unknown = { .reason = PROGRAM_MAP_UNKNOWN };

	if (!program || index >= program->info.map_count)
		return NULL;
	return program->maps ? &program->maps[index] : &unknown;
}
