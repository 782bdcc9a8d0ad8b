/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists all pins of a bpffs, or below a directory of one. */
#ifndef CGSWAP_PROGRAM_PIN_WALK_H
#define CGSWAP_PROGRAM_PIN_WALK_H

#include "kernel/kernel.h"

/*
 * pin gets the path of each pin, in no order; a return other than 0 ends the walk and is its
 * result. miss, or NULL, gets each directory that cannot be listed.
 */
struct pin_walk {
	struct kernel *kernel;
	int (*pin)(const char *path, void *user);
	void (*miss)(const char *directory, int errnum, void *user);
	void *user;
};

/* Returns 0, what pin returned, or a negative errno for a lack of memory or descriptors. */
int pin_walk(const struct pin_walk *walk, const char *directory);

#endif
