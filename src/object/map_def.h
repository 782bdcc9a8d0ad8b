/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps that a source declares, read from BTF with their full names. */
#ifndef CGSWAP_OBJECT_MAP_DEF_H
#define CGSWAP_OBJECT_MAP_DEF_H

#include "object/map_spec.h"

struct btf;
struct btf_type;

/* One map of the section .maps. */
struct map_def {
	const char *name; /* the BTF's memory */
	struct map_spec spec;
	uint32_t key_type, value_type; /* 0: declared by size only */
	bool has_inner;
	struct map_spec inner; /* the inner maps of a map of maps */
};

/* The declarations of one BTF. libbpf finds a section by going through all types. */
struct map_defs {
	const struct btf *btf;
	const struct btf_type *section; /* .maps; NULL: there is none */
};

struct map_defs map_defs_of(const struct btf *btf);

/* Returns the number of declarations; 0 also without a section .maps. */
size_t map_def_count(const struct map_defs *all);

/* The name of one declaration, the BTF's memory; "" if there is none. */
const char *map_def_name(const struct map_defs *all, size_t index);

/* Reads one declaration; false if it does not declare a map. */
bool map_def_read(struct map_def *out, const struct map_defs *all, size_t index);

#endif
