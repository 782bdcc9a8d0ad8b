/* SPDX-License-Identifier: BSD-2-Clause */
/* The type, sizes and flags of a map, read from an object, BTF or the kernel. */
#ifndef CGSWAP_OBJECT_MAP_SPEC_H
#define CGSWAP_OBJECT_MAP_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpf_map;
struct kernel_map;

struct map_spec {
	uint32_t type; /* enum bpf_map_type */
	uint32_t key_size, value_size, max_entries;
	uint32_t flags;
};

enum map_kind {
	MAP_ORDINARY,
	MAP_GLOBALS,  /* .data and .bss: variables */
	MAP_READ_ONLY /* .rodata and .kconfig: part of the program, like its instructions */
};

struct map_spec map_spec_of_object_map(const struct bpf_map *map);
struct map_spec map_spec_of_kernel_map(const struct kernel_map *info);

/*
 * True if an existing map of spec found can serve as the wanted map of the object. A size or number
 * of entries that the object leaves open (0) fits any. cpus is the
 * number of possible CPUs, or 0 if unknown: the kernel rounds max_entries of some maps up to a
 * multiple of it.
 */
bool map_spec_compatible(const struct map_spec *wanted, enum map_kind kind,
			 const struct map_spec *found, uint32_t cpus);

/* True if the kernel rounds max_entries of such a map up to a multiple of the number of CPUs. */
bool map_spec_depends_on_cpus(const struct map_spec *spec);

/* True if two programs cannot share a map of this type, and each needs its own. */
bool map_spec_is_unshared(const struct map_spec *spec);

/* True for a program array. */
bool map_spec_holds_programs(const struct map_spec *spec);

/* True for an array or hash of maps. */
bool map_spec_holds_maps(const struct map_spec *spec);

/* The kind of the map for a section (".bss", ".data.x"); MAP_ORDINARY if it holds no variables. */
enum map_kind map_section_kind(const char *section);

/* Writes "hash (key 4B, value 8B, max_entries 1024)" to text, and returns text. */
enum { MAP_SPEC_TEXT_SIZE = 128 };
const char *map_spec_text(char *text, const struct map_spec *spec);

#endif
