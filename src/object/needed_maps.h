/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the maps of an object that its selected program needs. */
#ifndef CGSWAP_OBJECT_NEEDED_MAPS_H
#define CGSWAP_OBJECT_NEEDED_MAPS_H

#include <stdbool.h>

#include "object/object_file.h"

struct bpf_object;

/*
 * Marks the maps that no program to be loaded needs, so that libbpf neither creates nor fills them.
 * The programs to be loaded are the selected one, and those that the source puts into the program
 * arrays that are needed. Keeps read-only data, which has metadata and constants, and all maps if a
 * reference is not understood. Fails without memory only.
 */
enum cgswap_status needed_maps_select(struct bpf_object *object, const struct object_file *file);

/* The answer for one program of a file, for the next load of it. */
struct needed_maps_memo {
	char *program; /* NULL: none yet */
	bool *needed;  /* one for each map of the object */
};

void needed_maps_memo_free(struct needed_maps_memo *memo);

#endif
