/* SPDX-License-Identifier: BSD-2-Clause */
/* Insides of load_cache: which old programs belong together, by the maps that they have. */
#ifndef CGSWAP_LOAD_LOAD_KEY_H
#define CGSWAP_LOAD_LOAD_KEY_H

#include "load/program_maps.h"
#include "program/program.h"

struct load_key_map {
	uint32_t id;
	enum map_kind kind;
	enum map_naming naming;
	bool made_anew; /* by each load, whatever was there */
	char name[PROGRAM_NAME_SIZE];
};

/* The maps of one old program, by ascending ids. */
struct load_key {
	bool known; /* false: nothing but the ids */
	size_t count;
	struct load_key_map maps[];
};

/* What is open already; or else opens it where that is allowed. The caller's to free(). */
enum cgswap_status load_key_read(struct load_key **out, struct kernel *kernel,
				 const struct kernel_program *program,
				 const struct program_maps *program_maps);

/* Whether these are a program's maps, all of them. NULL has none. */
bool load_key_matches(const struct load_key *old, const struct kernel_program *program);

/* Whether two old programs have the same maps, read-only data aside: nothing kept them apart. */
bool load_key_same(const struct load_key *a, const struct load_key *b);

/*
 * Whether two old programs are parts of one whole, as the programs of one object are that was
 * loaded once: likely if they share a map, surely if they have the same maps, or the read-only data
 * of one load. They are parts of two where a map of each stands for the same one. What is greater
 * counts.
 */
enum load_relation {
	LOAD_RELATION_NONE,
	LOAD_RELATION_LIKELY,
	LOAD_RELATION_SURE,
	LOAD_RELATION_NEVER
};
enum load_relation load_key_relation(const struct load_key *a, const struct load_key *b);

#endif
