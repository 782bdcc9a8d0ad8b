/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object files that a transaction or a call has read, and the programs that it has loaded. A
 * file is read once. A program is loaded once for all old programs with the same maps, and again
 * for each old program with its own maps or other constants, with or without reuse. Programs of one
 * file whose old programs share maps share their new maps too.
 */
#ifndef CGSWAP_LOAD_LOAD_CACHE_H
#define CGSWAP_LOAD_LOAD_CACHE_H

#include "base/hash_index.h"
#include "object/constant_report.h"
#include "load/btf_memo.h"
#include "load/load_group.h"
#include "load/load_kept.h"
#include "load/map_reuse.h"
#include "load/source.h"

/* The caller's options for the maps and constants of the program; the strings are the caller's. */
struct load_opts {
	enum cgswap_map_policy maps;
	enum cgswap_constant_policy constants;
	bool require_constants; /* none may be dropped, as with CGSWAP_MAPS_REQUIRE */
	/* as in cgswap_program_opts; or NULL */
	const char *const *map_choices;
	const char *const *constant_choices;
	const char *old_object;
	constant_origin_fn recorded; /* NULL: there are no records of old programs */
	void *recorded_user;
	bool records; /* the load is recorded, for later ones to ask */
};

/* Zeroed: empty. */
struct load_cache {
	struct hash_index files;             /* by their paths */
	struct load_cache_program *programs; /* the newest first */
	struct hash_index by_request, by_maps;
	struct load_groups groups; /* with one_set, for load_set.h, they have one set of maps */
	/* the maps of these old programs may be used too */
	const struct program *const *olds;
	size_t old_count;
	bool once;              /* for one program: what is loaded is not recorded for others */
	struct load_kept *kept; /* the session's, from the call before; NULL: none */
	struct btf_memo btfs;   /* used without it */
};

/*
 * Opens the program that a source names; the caller unrefs it. A program of an object reuses the
 * maps of old, unless that is NULL, and *constants reports on its constants, for the caller to
 * unref. Options for any other source are an error, and *constants is then NULL.
 */
enum cgswap_status load_cache_open(struct program **out, struct constant_report **constants,
				   struct load_cache *cache, struct cgswap_session *session,
				   const char *source, const struct attach_type *type,
				   const struct program *old, const struct load_opts *opts);

/*
 * The same for a program of an object file by its name, and for a file that the caller has read and
 * holds as long as the cache.
 */
enum cgswap_status load_cache_open_named(struct program **out, struct constant_report **constants,
					 struct load_cache *cache, struct cgswap_session *session,
					 const char *path, const char *name,
					 const struct attach_type *type, const struct program *old,
					 const struct load_opts *opts);
enum cgswap_status load_cache_add_file(struct load_cache *cache, const char *path,
				       const struct object_file *file);

void load_cache_free(struct load_cache *cache);

#endif
