/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of map_create() and of the map types in the kernel, as a table. */
#ifndef CGSWAP_OBJECT_MAP_RULE_H
#define CGSWAP_OBJECT_MAP_RULE_H

#include <stdbool.h>
#include <stdint.h>

enum { MAP_SIZE_ANY = -1 };

/* The flags of a map, as in the kernel: the headers of the build machine may not have them all. */
enum map_flag {
	MAP_NO_PREALLOC = 1 << 0,
	MAP_NO_COMMON_LRU = 1 << 1,
	MAP_NUMA_NODE = 1 << 2,
	MAP_RDONLY = 1 << 3,
	MAP_WRONLY = 1 << 4,
	MAP_STACK_BUILD_ID = 1 << 5,
	MAP_ZERO_SEED = 1 << 6,
	MAP_RDONLY_PROG = 1 << 7,
	MAP_WRONLY_PROG = 1 << 8,
	MAP_CLONE = 1 << 9,
	MAP_MMAPABLE = 1 << 10,
	MAP_PRESERVE_ELEMS = 1 << 11,
	MAP_INNER_MAP = 1 << 12,
	MAP_SEGV_ON_FAULT = 1 << 17,
	MAP_NO_USER_CONV = 1 << 18,
	MAP_RB_OVERWRITE = 1 << 19
};

/* Map types that the headers of the build machine may not have. */
enum { MAP_TYPE_USER_RINGBUF = 31, MAP_TYPE_CGRP_STORAGE = 32, MAP_TYPE_ARENA = 33 };

enum map_entries { MAP_ENTRIES_ANY, MAP_ENTRIES_NEEDED, MAP_ENTRIES_NONE };

struct map_rule {
	uint32_t type;
	int key_min, key_max; /* bytes; MAP_SIZE_ANY: no limit, at least one byte */
	int value_min, value_max;
	enum map_entries entries;
	uint32_t flags;  /* a mask of enum map_flag: it may have these */
	uint32_t needed; /* it must have these */
	bool typed;      /* needs BTF of key and value */
};

/* Returns the rule of a type, or NULL. */
const struct map_rule *map_rule_of(uint32_t type);

/* The name of the lowest flag of a mask, "BPF_F_NO_PREALLOC", or NULL. */
const char *map_flag_name(uint32_t flags);

#endif
