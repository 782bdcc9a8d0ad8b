/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Matches the maps of an object with those of an old program, by pure functions over what is known
 * of both. Where several may be meant it says so, and never guesses.
 */
#ifndef CGSWAP_LOAD_MAP_MATCH_H
#define CGSWAP_LOAD_MAP_MATCH_H

#include "object/btf_layout.h"
#include "object/map_spec.h"

/* The kernel cuts the name of a map to 15 characters. */
enum map_naming {
	MAP_NAME_WHOLE,
	MAP_NAME_CUT,   /* its first 15 characters; no BTF has the rest */
	MAP_NAME_SHARED /* its first 15 characters; BTF has several names that begin so */
};

/* A map, of an object or of a loaded program. All pointers belong to others. */
struct map_view {
	const char *name; /* of globals: the section's name, without that of the object */
	enum map_naming naming;
	enum map_kind kind;
	struct map_spec spec;
	const struct map_spec *inner; /* of the maps in it; NULL where that is not known */
	const struct btf *btf;        /* of globals: NULL where their layout is not known */
	uint32_t section;             /* their DATASEC in it */
	/* the old program's own layout of its globals, if another program made the map; or NULL */
	const struct btf *user_btf;
	uint32_t user_section;
};

/* The old map that a map of the object is, if any. */
enum map_verdict {
	MAP_NO_MATCH,     /* the old program has none that it could be */
	MAP_SAME,         /* it is that one, and fits */
	MAP_INCOMPATIBLE, /* it is that one, and was made otherwise */
	MAP_AMBIGUOUS,    /* it may be one of several */
	MAP_UNKNOWN,      /* it is that one, and BTF that describes its variables is missing */
	MAP_IS_READ_ONLY, /* each program gets its own */
	MAP_UNSHARED      /* of a type that two programs cannot share */
};

struct map_match {
	enum map_verdict verdict;
	size_t old;                              /* SAME, INCOMPATIBLE, AMBIGUOUS, UNKNOWN */
	bool inner;                              /* INCOMPATIBLE: the maps in it are */
	struct btf_layout_difference difference; /* INCOMPATIBLE: the first variable, of globals */
};

/*
 * Fills one match for each of maps. No old map is the match of two. cpus is as for
 * map_spec_compatible().
 */
void map_match(struct map_match *out, const struct map_view *maps, size_t count,
	       const struct map_view *olds, size_t old_count, uint32_t cpus);

#endif
