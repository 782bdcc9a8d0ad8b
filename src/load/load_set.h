/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs of one object that are loaded with one set of maps, as a loader does that opens the
 * object once: a map that several of them use is one map, read-only data too. The maps of all the
 * old programs that they replace may be reused.
 */
#ifndef CGSWAP_LOAD_LOAD_SET_H
#define CGSWAP_LOAD_LOAD_SET_H

#include "load/dropped_maps.h"
#include "load/load_cache.h"

/* One program of the object. */
struct load_set_program {
	const char *name;
	const struct attach_type *type;
	const struct program *old; /* the program that it replaces, or NULL */
	/* the results, which the caller unrefs */
	struct program *program;
	struct constant_report *constants;
};

/* The pointers belong to the caller, and the file must live as long as the set. */
struct load_set_request {
	struct cgswap_session *session;
	const struct object_file *file;
	const char *path;
	struct load_opts opts;
	const struct program *const *olds;
	size_t old_count;
};

/* The programs that were loaded with one set of maps. */
struct load_set;

/*
 * Loads programs, all or none. *list holds the sets of a transaction: programs with the same old
 * maps are loaded once. The caller calls load_sets_free() also after an error.
 */
enum cgswap_status load_set_open(struct load_set **list, const struct load_set_request *request,
				 struct load_set_program *programs, size_t count);

void load_sets_free(struct load_set *list);

#endif
