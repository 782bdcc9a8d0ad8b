/* SPDX-License-Identifier: BSD-2-Clause */
/* What a BTF tells of the maps that its source declared: their whole names, and more. */
#ifndef CGSWAP_OBJECT_MAP_DEF_H
#define CGSWAP_OBJECT_MAP_DEF_H

#include "object/map_spec.h"

struct btf;

/* One map of the section .maps. */
struct map_def {
	const char *name; /* the BTF's */
	struct map_spec spec;
	uint32_t key_type, value_type; /* 0: given by size only */
	bool has_inner;
	struct map_spec inner; /* of the maps in it */
};

/* How many there are; 0 also where there is no such section. */
size_t map_def_count(const struct btf *btf);

/* One of them; false for what is no declaration of a map. */
bool map_def_read(struct map_def *out, const struct btf *btf, size_t index);

#endif
