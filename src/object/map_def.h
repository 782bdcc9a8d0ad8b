/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps that a source declares, read from BTF with their full names. */
#ifndef CGSWAP_OBJECT_MAP_DEF_H
#define CGSWAP_OBJECT_MAP_DEF_H

#include "object/map_spec.h"

struct btf;

/* One map of the section .maps. */
struct map_def {
	const char *name; /* the BTF's memory */
	struct map_spec spec;
	uint32_t key_type, value_type; /* 0: declared by size only */
	bool has_inner;
	struct map_spec inner; /* the inner maps of a map of maps */
};

/* Returns the number of declarations; 0 also without a section .maps. */
size_t map_def_count(const struct btf *btf);

/* Reads one declaration; false if it does not declare a map. */
bool map_def_read(struct map_def *out, const struct btf *btf, size_t index);

#endif
