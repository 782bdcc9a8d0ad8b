/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Matches the maps of an object with those of an old program, by pure functions over their
 * descriptions. Several candidates are reported as ambiguous; it never guesses. A map whose name
 * the kernel has cut matches if only this map of each side can be meant, and nothing else differs.
 */
#ifndef CGSWAP_LOAD_MAP_MATCH_H
#define CGSWAP_LOAD_MAP_MATCH_H

#include "object/btf_layout.h"
#include "object/map_spec.h"

/* The kernel cuts the name of a map to 15 characters. */
enum map_naming {
	MAP_NAME_WHOLE,
	MAP_NAME_CUT,   /* the first 15 characters; no BTF has the rest */
	MAP_NAME_SHARED /* the first 15 characters; BTF has several names that begin with them */
};

/* A map of an object or of a loaded program. The caller owns all pointers. */
struct map_view {
	const char *name; /* globals: the name of the section, without the object's name */
	enum map_naming naming;
	enum map_kind kind;
	struct map_spec spec;
	const struct map_spec *inner; /* spec of the inner maps; NULL: unknown */
	const struct btf *btf;        /* globals: NULL if the layout is unknown */
	uint32_t section;             /* globals: id of the DATASEC in btf */
	/*
	 * the old program's own layout of its globals, if another program created the map; or NULL
	 */
	const struct btf *user_btf;
	uint32_t user_section;
	/* the BTF of an ordinary map's key and value; NULL: none, or the kernel rejects it */
	const struct btf *types;
	uint32_t key_type, value_type;
	uint32_t slots; /* old program arrays: the slots that hold a program, once counted */
};

/* The result of matching a map of the object with the old maps. */
enum map_verdict {
	MAP_NO_MATCH,     /* no old map matches */
	MAP_SAME,         /* one old map matches and is compatible */
	MAP_INCOMPATIBLE, /* one old map matches and is incompatible */
	MAP_AMBIGUOUS,    /* several old maps may match */
	MAP_UNKNOWN,      /* one old map matches, but BTF for its variables is missing */
	MAP_IS_READ_ONLY, /* read-only data: each program gets its own */
	MAP_UNSHARED      /* two programs cannot share a map of this type */
};

struct map_match {
	enum map_verdict verdict;
	size_t old;        /* index; for SAME, INCOMPATIBLE, AMBIGUOUS and UNKNOWN */
	size_t candidates; /* the old maps whose names allow a match */
	bool by_cut_name;  /* SAME: only the first 15 characters of its name are known */
	bool inner;        /* INCOMPATIBLE: the inner maps are */
	struct btf_layout_difference difference; /* INCOMPATIBLE globals: the first variable */
};

/* True if the names allow the map of the object to be the old one. */
bool map_match_may_be(const struct map_view *map, const struct map_view *old);

/*
 * Fills one match for each map. An old map matches one map at most. cpus: as for
 * map_spec_compatible().
 */
void map_match(struct map_match *out, const struct map_view *maps, size_t count,
	       const struct map_view *olds, size_t old_count, uint32_t cpus);

#endif
