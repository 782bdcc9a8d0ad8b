/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pins of maps by their names (LIBBPF_PIN_BY_NAME). A program that is loaded claims the path for
 * its map, and pins nothing. The map is pinned when the program is used: attached, or its
 * descriptor is handed out. Programs of this process that claim a path for one map share it.
 */
#ifndef CGSWAP_PROGRAM_MAP_CLAIM_H
#define CGSWAP_PROGRAM_MAP_CLAIM_H

#include <cgswap.h>

#include "kernel/kernel.h"

struct map_claimant;
struct map_pin;

/* The claim of one program. */
struct map_claim {
	struct map_claim *next; /* the owner program's list */
	struct map_pin *pin;
	struct map_claimant *claimant;
	struct map_claim *next_of_claimant;
	uint32_t program_id;
	unsigned uses;
};

/*
 * Claims a path for a map, and holds the map: a program array would be emptied. Returns -EEXIST
 * where an unused program of this process claims the path for another map, unless found is set: the
 * map was found at the path.
 */
int map_claim_new(struct map_claim **out, struct kernel *kernel, int fd, const char *path,
		  uint32_t map_id, uint32_t program_id, bool found);

/*
 * The map takes the path from another one, which is pinned there: a use exchanges the pins, and
 * taking that back puts the other one there again. Both are held until then. 0 or a negative errno.
 */
int map_claim_replaces(struct map_claim *claim, int fd, uint32_t map_id);

/* The map whose pin the claim takes; 0: none. */
uint32_t map_claim_replaced(const struct map_claim *claim);
const char *map_claim_path(const struct map_claim *claim);
uint32_t map_claim_map_id(const struct map_claim *claim);

/* Another handle of a program makes the claims that the program has; 0 or -ENOMEM. */
int map_claim_copy_all(struct map_claim **out, struct kernel *kernel, uint32_t program_id);

/* A descriptor of the map that unused programs of this process claim the path for, or -ENOENT. */
int map_claim_open(struct kernel *kernel, const char *path);

/* Returns -EEXIST if something else is pinned at the path. */
int map_claim_check(const struct map_claim *claim);

/*
 * The program is used, once more: the map is pinned unless it is already. map_claim_unuse() takes
 * that back. The last use to be taken back removes the pin, if this process made it and no program
 * that was loaded since uses the map.
 */
int map_claim_use(struct map_claim *claim);
void map_claim_unuse(struct map_claim *claim);

/* The pin that a use of the claim makes. */
struct map_claim_pin {
	const char *path;
	uint32_t map_id;
	uint32_t old_id; /* the map whose pin it takes; 0: the path is free */
	int fd, old_fd;  /* of the maps; old_fd is -1 without one */
	/* programs with greater ids may have found the map by the pin; 0: unknown */
	uint32_t newest_program;
};

/* True if the next use makes the pin, or if the present one of this process did. */
bool map_claim_makes_pin(struct map_claim_pin *out, const struct map_claim *claim);

/* Writes the last error for a result of the above. */
enum cgswap_status map_claim_error(const struct map_claim *claim, int err);

/* Changes no pin. */
void map_claim_free_all(struct map_claim *claims);

#endif
