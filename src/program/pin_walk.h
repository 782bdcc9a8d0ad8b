/* SPDX-License-Identifier: BSD-2-Clause */
/* Goes through the pins of a bpffs. */
#ifndef CGSWAP_PROGRAM_PIN_WALK_H
#define CGSWAP_PROGRAM_PIN_WALK_H

#include <stddef.h>

#include "kernel/kernel.h"

/* Takes one pin of a program or map; a result other than 0 ends the walk. */
typedef int (*pin_walk_fn)(const char *path, enum kernel_kind kind, uint32_t id, void *user);

/*
 * Calls fn for each pin of a program or map that the process may open, down to some directories
 * deep, and for the first `most` names only. Returns the result of fn that ended the walk, 0, or a
 * negative errno of exhaustion.
 */
int pin_walk(struct kernel *kernel, const char *bpffs, size_t most, pin_walk_fn fn, void *user);

#endif
