/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps in a section "maps", as libbpf before 1.0, iproute2, gobpf and aya read them: each is a
 * struct of numbers. libbpf 1.0 refuses a file that has one.
 */
#ifndef CGSWAP_OBJECT_LEGACY_MAPS_H
#define CGSWAP_OBJECT_LEGACY_MAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "object/object_file.h"

struct map_spec;

/* Copies the name of the first such section; "" if there is none. */
void legacy_maps_section(char *name, size_t size, const struct object_file *file);

/*
 * Copies the file without these sections and without references to them, so that libbpf opens it.
 * It cannot be loaded. The caller frees it. False: no memory.
 */
bool legacy_maps_hide(struct object_file *out, const struct object_file *file);

/* Takes one map; false ends the reading. The name is as in the file. */
typedef bool (*legacy_map_fn)(const char *name, const struct map_spec *spec, void *user);

/* Reads the maps; false without memory, or if fn returned false. */
bool legacy_maps_read(const struct object_file *file, legacy_map_fn fn, void *user);

#endif
