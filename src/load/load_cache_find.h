/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of a load_cache: its files, its programs, and how one is found that a call can use too. */
#ifndef CGSWAP_LOAD_LOAD_CACHE_FIND_H
#define CGSWAP_LOAD_LOAD_CACHE_FIND_H

#include "load/load_cache.h"
#include "load/load_key.h"

struct load_cache_file {
	struct object_file file;
	bool borrowed;            /* the bytes are not the cache's */
	struct object_file *keep; /* gets the file in the end, unless it is too large; or NULL */
	char path[];
};

/*
 * Reads a file, unless the cache has it. keep: the file of the call before, which is used if its
 * bytes are the same, and which this one replaces in the end, up to a size; NULL: none.
 */
enum cgswap_status load_cache_read_file(struct load_cache_file **out, struct load_cache *cache,
					const char *path, struct object_file *keep);
void load_cache_free_files(struct load_cache *cache);

/* A program loaded for one old program; another old program with the same maps may use it too. */
struct load_cache_program {
	struct load_cache_program *next;
	const struct load_cache_file *file;
	const struct attach_type *type;
	enum cgswap_map_policy maps;
	enum cgswap_constant_policy constants;
	char **map_choices, **constant_choices;
	const struct load_cache_file *old_file; /* NULL: not given */
	struct constant_report *report;         /* the decisions on the constants */
	struct load_key *key;                   /* the maps of the old program */
	struct program *program;
	struct load_group *group;
	bool by_name; /* the source names the program */
	char name[];
};

/* One call of load_cache_open(): the arguments, then the results so far. */
struct cache_lookup {
	struct load_cache *cache;
	struct cgswap_session *session;
	const struct source *source;
	const struct attach_type *type;
	const struct program *old; /* or NULL */
	struct load_opts opts;
	struct map_choices choices;
	/* set once the files are read: */
	const struct load_cache_file *file, *old_file;
	/* set once the plan is made: */
	const char *name;     /* name of the program */
	struct load_key *key; /* the maps of the old program */
	struct constant_report *report;
	struct load_group *group; /* NULL: its own */
};

/* Before the plan: finds a program that was loaded for an old program with exactly these maps. */
const struct load_cache_program *load_cache_find_same_maps(const struct cache_lookup *lookup);

/*
 * After the plan: finds a program for an old one with the same maps, read-only data aside, so that
 * old programs that share maps are replaced by one that shares them too. Its constants must have
 * the values that were decided, though not for the same reasons.
 */
const struct load_cache_program *load_cache_find(const struct cache_lookup *lookup);

/* Allocates for a program, so that load_cache_index() needs no memory; 0 or -ENOMEM. */
int load_cache_reserve(struct load_cache *cache);

/* Adds a program that was loaded for the lookup, so that it is found. */
void load_cache_index(const struct cache_lookup *lookup, struct load_cache_program *loaded);

#endif
