/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps of a program, and their origins. */
#include <stdlib.h>
#include <string.h>

#include "program/program.h"

int program_open_map(struct map_fd **out, const struct program *program, size_t index)
{
	struct map_fd **map = &program->open_maps[index];
	int err = 0;

	if (!*map)
		err = map_fd_open(map, program->kernel, program->info.map_ids[index]);
	*out = *map;
	return err;
}

void program_close_maps(const struct program *program)
{
	for (size_t i = 0; program->open_maps && i < program->info.map_count; i++) {
		map_fd_close(program->open_maps[i]);
		program->open_maps[i] = NULL;
	}
}

void program_hold_map(const struct program *program, uint32_t id, struct map_fd *map)
{
	for (size_t i = 0; i < program->info.map_count; i++)
		if (program->info.map_ids[i] == id && !program->open_maps[i])
			program->open_maps[i] = map_fd_ref(map);
}

void program_read_maps(struct program *program)
{
	if (program->maps || !program->info.map_count)
		return;
	program->maps = calloc(program->info.map_count, sizeof(*program->maps));
	for (size_t i = 0; program->maps && i < program->info.map_count; i++) {
		struct map_fd *map;

		program->maps[i].reason = PROGRAM_MAP_UNKNOWN;
		if (program_open_map(&map, program, i) == 0)
			memcpy(program->maps[i].name, map->info.name, sizeof(map->info.name));
	}
}

void program_free_maps(struct program *program)
{
	for (size_t i = 0; program->maps && i < program->info.map_count; i++)
		free(program->maps[i].counted);
	free(program->maps);
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
