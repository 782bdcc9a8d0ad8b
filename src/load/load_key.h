/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps of an old program, which load_cache compares to group programs. */
#ifndef CGSWAP_LOAD_LOAD_KEY_H
#define CGSWAP_LOAD_LOAD_KEY_H

#include "load/program_maps.h"
#include "program/program.h"

struct load_key_map {
	uint32_t id;
	enum map_kind kind;
	enum map_naming naming;
	bool always_new; /* no program reuses a map of this kind */
	char name[PROGRAM_NAME_SIZE];
};

/* The maps of one old program, by ascending ids. */
struct load_key {
	bool known; /* false: only the ids are known, since no map may be opened by id */
	size_t count;
	struct load_key_map maps[];
};

/*
 * Copies the maps of the old program from program_maps, or opens them if that is empty. A NULL
 * program has no maps. The caller frees *out.
 */
enum cgswap_status load_key_read(struct load_key **out, const struct program *program,
				 const struct program_maps *program_maps);

/* True if the program has exactly these maps; NULL has none. */
bool load_key_matches(const struct load_key *key, const struct kernel_program *program);

/* True if two old programs have the same maps, read-only data aside; their hashes are the same
 * then. */
bool load_key_same(const struct load_key *a, const struct load_key *b);
uint64_t load_key_hash(const struct load_key *key);

/* A hash of all maps of an old program, for load_key_matches(). */
uint64_t load_key_hash_all(const uint32_t *ids, size_t count);

bool load_key_has(const struct load_key *key, uint32_t id);

/*
 * True if one map of an object may have become both: they are one map, or the object was loaded
 * twice.
 */
bool load_key_same_origin(const struct load_key_map *a, const struct load_key_map *b);

/*
 * The relation of two old programs: they come from one load of an object, or from two loads of it.
 * A greater value outweighs a smaller one.
 */
enum load_relation {
	LOAD_RELATION_NONE,    /* no common map, or the maps are unknown */
	LOAD_RELATION_LIKELY,  /* some common maps, but no read-only data */
	LOAD_RELATION_SURE,    /* the same maps, or common read-only data: one load */
	LOAD_RELATION_SEPARATE /* each has its own instance of one map of the object: two loads */
};
enum load_relation load_key_relation(const struct load_key *a, const struct load_key *b);

#endif
