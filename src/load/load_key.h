/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps of an old program, by which load_cache tells which programs belong together. */
#ifndef CGSWAP_LOAD_LOAD_KEY_H
#define CGSWAP_LOAD_LOAD_KEY_H

#include "load/program_maps.h"
#include "program/program.h"

struct load_key_map {
	uint32_t id;
	enum map_kind kind;
	enum map_naming naming;
	bool always_new; /* no program reuses such a map */
	char name[PROGRAM_NAME_SIZE];
};

/* The maps of one old program, by ascending ids. */
struct load_key {
	bool known; /* false: only the ids are, as no map may be opened by its id */
	size_t count;
	struct load_key_map maps[];
};

/*
 * Copies what program_maps has of the old program, or opens its maps if that is empty. A NULL
 * program has no maps. The caller frees *out.
 */
enum cgswap_status load_key_read(struct load_key **out, struct kernel *kernel,
				 const struct kernel_program *program,
				 const struct program_maps *program_maps);

/* True if these are all the maps of a program; NULL has none. */
bool load_key_matches(const struct load_key *key, const struct kernel_program *program);

/* True if two old programs have the same maps, read-only data aside. */
bool load_key_same(const struct load_key *a, const struct load_key *b);

/*
 * How two old programs belong together: as programs of one object do that was loaded once, or as
 * two loads of it do. A greater value outweighs a smaller one.
 */
enum load_relation {
	LOAD_RELATION_NONE,    /* they have no map in common, or their maps are not known */
	LOAD_RELATION_LIKELY,  /* they share some maps, but no read-only data */
	LOAD_RELATION_SURE,    /* they have the same maps, or share read-only data: one load */
	LOAD_RELATION_SEPARATE /* each has its own version of one map of the object: two loads */
};
enum load_relation load_key_relation(const struct load_key *a, const struct load_key *b);

#endif
