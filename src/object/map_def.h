/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps that a source declares, as BTF describes them: with their full names. */
#ifndef CGSWAP_OBJECT_MAP_DEF_H
#define CGSWAP_OBJECT_MAP_DEF_H

#include "object/map_spec.h"

struct btf;

/* One map of the section .maps. */
struct map_def {
	const char *name; /* belongs to the BTF */
	struct map_spec spec;
	uint32_t key_type, value_type; /* 0: only a size is declared */
	bool has_inner;
	struct map_spec inner; /* of a map of maps: the maps in it */
};

/* The number of declarations; 0 also if there is no section .maps. */
size_t map_def_count(const struct btf *btf);

/* Reads one of them; false if it does not declare a map. */
bool map_def_read(struct map_def *out, const struct btf *btf, size_t index);

#endif
