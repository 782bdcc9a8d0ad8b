/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The class of a load_group: the names of its programs, and those of the maps of their old
 * programs. A file's groups have few classes, so that a search looks at these first.
 */
#ifndef CGSWAP_LOAD_LOAD_CLASS_H
#define CGSWAP_LOAD_LOAD_CLASS_H

#include "kernel/attach_type.h"
#include "load/load_key.h"

struct load_cache_file;

/* A program as the groups see it. */
struct load_member {
	const struct load_cache_file *file;
	const struct attach_type *type;
	bool new_maps; /* the policy is CGSWAP_MAPS_NEW */
	const char *name;
	const struct load_key *key; /* the maps of the old program */
};

struct load_class;

/*
 * Finds in the list, or adds to it, the class of groups of the old class (NULL: none) with this
 * program added. It keeps no pointer to the program. Returns 0 or -ENOMEM.
 */
int load_class_make(const struct load_class **out, struct load_class **list,
		    const struct load_class *old, const struct load_member *program);

bool load_class_has_program(const struct load_class *class, const struct load_member *program);

/* True if each group of the class has a map of the same origin; it may be this map. */
bool load_class_has_origin(const struct load_class *class, const struct load_key_map *map);

void load_classes_free(struct load_class *list);

#endif
