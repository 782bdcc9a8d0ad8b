/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pins of maps by their names, which were made when a program was loaded: they go again with the
 * last program of this process that uses them, unless one of these was put to use.
 */
#ifndef CGSWAP_PROGRAM_MAP_PIN_H
#define CGSWAP_PROGRAM_MAP_PIN_H

#include "kernel/kernel.h"

struct map_pin;

/* Pins a map that no pin has yet; -ENOMEM, or what the kernel says. */
int map_pin_make(struct map_pin **out, struct kernel *kernel, int fd, const char *path,
		 uint32_t map_id);

/*
 * One that was there: NULL where it is not ours, or was put to use and so stays anyway; or where it
 * has just gone with its last program, which another look tells.
 */
struct map_pin *map_pin_share(struct kernel *kernel, const char *path, uint32_t map_id);

/* It stays, whoever lets go of it. */
void map_pin_keep(struct map_pin *pin);
bool map_pin_is_kept(struct map_pin *pin);

/* NULL is fine. */
void map_pin_drop(struct map_pin *pin);

#endif
