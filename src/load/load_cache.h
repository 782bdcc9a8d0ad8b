/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object files that a transaction or a call has read, and the programs that it has loaded. A
 * file is read once. A program is loaded once for all old programs with the same maps, and again
 * for each old program with its own maps, with or without reuse. Programs of one file whose old
 * programs share maps share their new maps too.
 */
#ifndef CGSWAP_LOAD_LOAD_CACHE_H
#define CGSWAP_LOAD_LOAD_CACHE_H

#include "load/map_reuse.h"
#include "load/source.h"

/* The caller's options for the maps of the program; the strings are the caller's. */
struct load_opts {
	enum cgswap_map_policy maps;
	const char *const *map_choices; /* as in cgswap_program_opts; or NULL */
};

struct load_cache {
	struct load_cache_file *files;
	struct load_cache_program *programs;
};

/*
 * Opens the program that a source names; the caller unrefs it. A program of an object reuses the
 * maps of old, unless that is NULL. Options for any other source are an error.
 */
enum cgswap_status load_cache_open(struct program **out, struct load_cache *cache,
				   struct cgswap_session *session, const char *source,
				   const struct attach_type *type, const struct program *old,
				   const struct load_opts *opts);

void load_cache_free(struct load_cache *cache);

#endif
