/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which map of an old program lives on as which map of an object: pure functions over what is known
 * of both. Where several may be meant it says so, and never guesses.
 */
#ifndef CGSWAP_LOAD_MAP_MATCH_H
#define CGSWAP_LOAD_MAP_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object/btf_layout.h"

/* How a map is made. */
struct map_spec {
	uint32_t type; /* enum bpf_map_type */
	uint32_t key_size, value_size, max_entries;
	uint32_t flags;
};

enum map_kind {
	MAP_ORDINARY,
	MAP_GLOBALS,  /* .data and .bss: variables */
	MAP_READ_ONLY /* .rodata and .kconfig: part of the program, as its instructions are */
};

/* How much of a map's name is known: the kernel cuts it to 15 characters. */
enum map_naming {
	MAP_NAME_WHOLE,
	MAP_NAME_CUT,   /* its first 15 characters, and nobody tells the rest */
	MAP_NAME_SHARED /* its first 15 characters, and it may be one of several */
};

/* A map, of an object or of a loaded program. All pointers belong to others. */
struct map_view {
	const char *name; /* of globals: their section, whatever the object's file is called */
	enum map_naming naming;
	enum map_kind kind;
	struct map_spec shape;
	const struct map_spec *inner; /* of the maps in it; NULL where that is not known */
	const struct btf *btf;        /* of globals: NULL where their layout is not known */
	uint32_t section;             /* their DATASEC in it */
	/* of an old program's globals: its own, where another program's map they were; or NULL */
	const struct btf *user_btf;
	uint32_t user_section;
};

/* What becomes of a map of the object. */
enum map_verdict {
	MAP_NO_MATCH,     /* the old program has none that it could be */
	MAP_SAME,         /* it is that one, and fits */
	MAP_INCOMPATIBLE, /* it is that one, and was made otherwise */
	MAP_AMBIGUOUS,    /* it may be one of several */
	MAP_UNKNOWN,      /* it is that one, and nobody tells whether the variables are the same */
	MAP_IS_READ_ONLY, /* made anew with each program */
	MAP_UNSHARED      /* of a type that two programs do not share */
};

struct map_match {
	enum map_verdict verdict;
	size_t old;                              /* which; of SAME, CHANGED, AMBIGUOUS, UNKNOWN */
	bool inner;                              /* CHANGED: the maps in it are made otherwise */
	struct btf_layout_difference difference; /* CHANGED, of globals of the same size */
};

/*
 * Fills out, one for each of maps. An old map is never given twice. cpus: how many CPUs there may
 * ever be, of which the kernel makes the size of some maps a multiple; 0: not known.
 */
void map_match(struct map_match *out, const struct map_view *maps, size_t count,
	       const struct map_view *olds, size_t old_count, uint32_t cpus);

/* Whether a map of the object may be used as if it were made like this. */
bool map_spec_compatible(const struct map_spec *wanted, enum map_kind kind,
			 const struct map_spec *found, uint32_t cpus);

/* Whether the number of CPUs matters to the size of such a map. */
bool map_spec_depends_on_cpus(const struct map_spec *shape);

/* Whether two programs cannot have a map of this type together: each gets one of its own. */
bool map_spec_is_unshared(const struct map_spec *shape);

/* Which kind a section of variables is (".bss", ".data.x"); ORDINARY for none. */
enum map_kind map_section_kind(const char *section);

/* "hash 4/8 x 1024": text is returned. */
enum { MAP_SPEC_TEXT_SIZE = 80 };
const char *map_spec_text(char *text, const struct map_spec *shape);

#endif
