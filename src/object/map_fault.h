/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds what the kernel rejects in the declaration of a map. */
#ifndef CGSWAP_OBJECT_MAP_FAULT_H
#define CGSWAP_OBJECT_MAP_FAULT_H

#include "object/map_spec.h"

/* Both are "" if the declaration has no fault that is known here. */
struct map_fault {
	char what[200];   /* "it has no max_entries" */
	char remedy[200]; /* "declare __uint(max_entries, N)" */
};

/*
 * Judges a declaration by the rules of the kernel's map types. typed: it has BTF of its key and
 * value. name is for the remedy.
 */
void map_fault_find(struct map_fault *out, const struct map_spec *spec, bool typed,
		    const char *name);

/* The same after the kernel answered E2BIG or ENOMEM: the map is too large. */
void map_fault_find_size(struct map_fault *out, const struct map_spec *spec);

#endif
