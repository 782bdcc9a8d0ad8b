/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one transaction, or one call, has read and loaded of object files: a file is read once, and
 * a program of it loaded once for all old programs that have the same maps, and once each for those
 * that have maps of their own, whether these live on or not. Several programs of a file whose old
 * ones belong together have their new maps together.
 */
#ifndef CGSWAP_LOAD_LOAD_CACHE_H
#define CGSWAP_LOAD_LOAD_CACHE_H

#include "load/map_reuse.h"
#include "load/source.h"

struct load_cache {
	struct load_cache_file *files;
	struct load_cache_program *programs;
};

/*
 * The program that a source names; the caller's to unref. An object's is the heir of old, unless
 * that is NULL; of other sources a state is refused.
 */
enum cgswap_status load_cache_open(struct program **out, struct load_cache *load_cache,
				   struct cgswap_session *session, const char *source,
				   const struct attach_type *type, const struct program *old,
				   enum cgswap_map_policy maps);

void load_cache_free(struct load_cache *load_cache);

#endif
