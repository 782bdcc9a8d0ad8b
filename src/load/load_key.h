/* SPDX-License-Identifier: BSD-2-Clause */
/* Insides of loads: which old programs belong together, by the maps that they have. */
#ifndef CGSWAP_LOAD_LOAD_KEY_H
#define CGSWAP_LOAD_LOAD_KEY_H

#include "load/program_maps.h"
#include "program/program.h"

struct loads_old_map {
	uint32_t id;
	enum map_kind kind;
	enum map_naming naming;
	bool made_anew; /* by each load, whatever was there */
	char name[PROGRAM_NAME_SIZE];
};

/* The maps of one old program, by ascending ids. */
struct loads_old {
	bool known; /* false: nothing but the ids */
	size_t count;
	struct loads_old_map maps[];
};

/* What is open already; or else opens it where that is allowed. The caller's to free(). */
enum cgswap_status loads_old_read(struct loads_old **out, struct kernel *kernel,
				  const struct kernel_program *program,
				  const struct legacy *legacy);

/* Whether these are a program's maps, all of them. NULL has none. */
bool loads_old_is(const struct loads_old *old, const struct kernel_program *program);

/* Whether two old programs have the same maps, read-only data aside: nothing kept them apart. */
bool loads_old_same(const struct loads_old *a, const struct loads_old *b);

/*
 * Whether two old programs are parts of one whole, as the programs of one object are that was
 * loaded once: likely if they share a map, surely if they have the same maps, or the read-only data
 * of one load. They are parts of two where a map of each stands for the same one. What is greater
 * counts.
 */
enum loads_tie { LOADS_TIE_NONE, LOADS_TIE_LIKELY, LOADS_TIE_SURE, LOADS_TIE_NEVER };
enum loads_tie loads_old_tie(const struct loads_old *a, const struct loads_old *b);

#endif
