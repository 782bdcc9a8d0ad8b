/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps of programs that are attached together, which another one of them can share. */
#ifndef CGSWAP_LOAD_MAP_SHARE_H
#define CGSWAP_LOAD_MAP_SHARE_H

#include "program/program.h"

struct shared_map {
	const char *name; /* or the path of a pin */
	uint32_t id;      /* 0: the programs have several of this name */
	bool reused;      /* a program has it from its old program */
	bool used;        /* a program uses it directly */
};

/*
 * A map of a load that the program itself does not use: it is in a map of maps, or a called program
 * uses it.
 */
struct indirect_map {
	struct indirect_map *next;
	struct map_fd *map; /* NULL: closed */
	uint32_t id;
	bool reused;
	char name[];
};

struct shared_maps {
	struct shared_map *maps;
	size_t count, capacity;
};

/* Zeroed: empty. */
struct map_share {
	struct shared_maps by_name;
	struct shared_maps by_pin; /* the maps that the programs are to pin */
	struct indirect_map *indirect;
};

/* Takes ownership of the reference to the map. Returns NULL without memory, and takes nothing. */
struct indirect_map *indirect_map_new(const char *name, uint32_t id, struct map_fd *map);
void indirect_maps_free(struct indirect_map *list);

/* Allocates for the maps of a load, so that map_share_add() needs no memory; 0 or -ENOMEM. */
int map_share_reserve(struct map_share *share, const struct program *program,
		      const struct indirect_map *indirect);

/* Takes ownership of the list. The program must live as long. */
void map_share_add(struct map_share *share, const struct program *program,
		   struct indirect_map *indirect);

/* Closes the descriptors: the maps are opened by their ids from now on. */
void map_share_close(struct map_share *share);
void map_share_free(struct map_share *share);

/* NULL: no program has a map of this name. */
const struct shared_map *map_share_by_name(const struct map_share *share, const char *name);

/* Returns the id of the map that a program is to pin at the path; 0: none. */
uint32_t map_share_by_pin(const struct map_share *share, const char *path);

#endif
