/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pin of a map at the path that programs claim for it (program/map_claim.h): made, put in place
 * of another one, and taken back. The caller holds the lock of the claims.
 */
#ifndef CGSWAP_PROGRAM_MAP_PIN_H
#define CGSWAP_PROGRAM_MAP_PIN_H

#include <sys/types.h>

#include "program/map_claim.h"

/* A map and the path that programs of this process claim for it. */
struct map_pin {
	struct map_pin *next;
	struct kernel *kernel;
	size_t claims;
	int fd;
	uint32_t map_id;
	unsigned uses; /* claims that are in use */
	pid_t made_by; /* the process that pinned the map, while that may be taken back; 0: none */
	uint32_t newest_program; /* id at the time; 0: unknown */
	uint32_t old_id;         /* the map whose pin this one takes; 0: none */
	int old_fd;              /* holds it; -1: none */
	bool exchanged;          /* this process has put this map in its place */
	char path[];
};

bool map_pin_is_claimed_by(const struct map_pin *pin, uint32_t program_id);

/*
 * Returns 0 if the map is pinned at the path, -EEXIST if something else is, -ENOENT if nothing is.
 * *found is the id of the map there; 0: another object.
 */
int map_pin_read(const struct map_pin *pin, uint32_t *found);

/* True after map_pin_read() if the map whose pin is to be taken is at the path. */
bool map_pin_may_exchange(const struct map_pin *pin, int err, uint32_t found);

/* Pins the map for this program, unless it is pinned. 0 or a negative errno. */
int map_pin_ensure(struct map_pin *pin, uint32_t program_id);

/* Removes or puts back what this process has pinned, unless others use it. */
void map_pin_take_back(struct map_pin *pin);

/* The greatest id of a program, from one that exists on; 0 if they cannot be read. They only go up.
 */
uint32_t map_pin_newest_program(struct kernel *kernel, uint32_t id);

/*
 * True if a program with a greater id uses the map, which is not one of ours; also if that cannot
 * be read.
 */
bool map_is_used_since(struct kernel *kernel, uint32_t map_id, uint32_t program_id,
		       bool (*is_ours)(uint32_t id, const void *user), const void *user);

/*
 * Finds a path below the bpffs at which the map is pinned; -ENOENT if there is none, with path "".
 */
int map_pin_search(char *path, size_t size, struct kernel *kernel, const char *bpffs,
		   uint32_t map_id);

#endif
