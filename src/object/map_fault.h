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

/* A declaration. After a failed load only BTF has all of it: libbpf forgets types and inner maps.
 */
struct map_declared {
	struct map_spec spec;
	bool typed;                   /* it has BTF of its key and value */
	const struct map_spec *inner; /* for a map of maps; NULL: none is declared */
	uint32_t numa_node;
	uint64_t extra;   /* the member map_extra */
	const char *name; /* for the remedy */
};

/* Judges a declaration that the kernel rejected by the rules of its map types. */
void map_fault_find(struct map_fault *out, const struct map_declared *map);

/* The same after the kernel answered E2BIG or ENOMEM: the map is too large. */
void map_fault_find_size(struct map_fault *out, const struct map_spec *spec);

#endif
