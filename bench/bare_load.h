/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads a program of an object, with the maps of a loaded one, as a loader with libbpf does. */
#ifndef CGSWAP_BENCH_BARE_LOAD_H
#define CGSWAP_BENCH_BARE_LOAD_H

#include "../tests/lib/rawbpf.h"
#include "fail.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <string.h>
#include <unistd.h>

/* The map of the object for one of the old program; NULL: each program has its own. */
static inline struct bpf_map *bare_find(struct bpf_object *object, const char *name)
{
	const char *section = strchr(name, '.');
	struct bpf_map *map;

	if (!section)
		return bpf_object__find_map_by_name(object, name);
	bpf_object__for_each_map(map, object) {
		const char *other = strchr(bpf_map__name(map), '.');

		if (other && strcmp(other, section) == 0 && strncmp(section, ".rodata", 7) != 0)
			return map;
	}
	return NULL;
}

static inline void bare_reuse(struct bpf_object *object, uint32_t id)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);
	int fd = bpf_map_get_fd_by_id(id);
	struct bpf_map *map;

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		bench_die("a map of the old program cannot be opened");
	map = bare_find(object, info.name);
	if (map && bpf_map__reuse_fd(map, fd))
		bench_die("a map cannot be reused");
	close(fd);
}

static inline void bare_reuse_all(struct bpf_object *object, uint32_t program)
{
	uint32_t ids[RAW_MAPS_MAX], size = sizeof(struct bpf_prog_info);
	struct bpf_prog_info info = { .nr_map_ids = RAW_MAPS_MAX, .map_ids = (uintptr_t)ids };
	int fd = bpf_prog_get_fd_by_id(program);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		bench_die("the old program cannot be opened");
	for (uint32_t i = 0; i < info.nr_map_ids; i++)
		bare_reuse(object, ids[i]);
	close(fd);
}

/* Loads only this program. old_id 0: all maps are new. The object is to be closed. */
static inline struct bpf_object *bare_load(const char *path, const char *program_name,
					   uint32_t old_id)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;

	if (!object)
		bench_die("libbpf cannot open the object");
	bpf_object__for_each_program(program, object) bpf_program__set_autoload(
		program, strcmp(bpf_program__name(program), program_name) == 0);
	if (old_id)
		bare_reuse_all(object, old_id);
	if (bpf_object__load(object))
		bench_die("libbpf cannot load the object");
	return object;
}

#endif
