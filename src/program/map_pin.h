/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pins of maps by name, made by the load of a program. They are removed with the last program of
 * this process that shares them, unless one of these was used: attached, or its descriptor returned
 * to the caller.
 */
#ifndef CGSWAP_PROGRAM_MAP_PIN_H
#define CGSWAP_PROGRAM_MAP_PIN_H

#include "kernel/kernel.h"

struct map_pin;

/* Pins a map at a free path. Returns 0 or a negative errno. */
int map_pin_make(struct map_pin **out, struct kernel *kernel, int fd, const char *path,
		 uint32_t map_id);

/*
 * Takes a reference to the pin of a map that was found at a path. Returns NULL if this process did
 * not make it, or has dropped its last reference: the pin may then have been removed since.
 */
struct map_pin *map_pin_share(struct kernel *kernel, const char *path, uint32_t map_id);

/* The pin stays when its last reference is dropped. */
void map_pin_keep(struct map_pin *pin);
bool map_pin_is_kept(struct map_pin *pin);

/* Drops a reference; NULL is ignored. */
void map_pin_drop(struct map_pin *pin);

#endif
