/* SPDX-License-Identifier: BSD-2-Clause */
/* Program arrays and maps of maps that the source of an object initializes. */
#ifndef CGSWAP_OBJECT_PROG_ARRAY_H
#define CGSWAP_OBJECT_PROG_ARRAY_H

#include <stdbool.h>

#include "kernel/attach_type.h"
#include "object/object_file.h"

struct bpf_map;
struct bpf_object;
struct bpf_program;

/*
 * Marks the programs in the program arrays that are needed for loading too, for the same attach
 * type; needed_maps_select() has found these arrays. Fails if one is filled and not pinned: the
 * kernel empties it with its last descriptor.
 */
enum cgswap_status prog_array_prepare(struct bpf_object *object, const struct object_file *file,
				      const char *path, const struct attach_type *type);

/* Takes an element that the source puts into a map: the name of its map or program. */
typedef void (*prog_array_value_fn)(struct bpf_map *map, const char *name, void *user);

void prog_array_each_value(const struct bpf_object *object, const struct object_file *file,
			   prog_array_value_fn fn, void *user);

/* True if the source puts programs into this map. */
bool prog_array_is_filled(const struct bpf_object *object, const struct object_file *file,
			  const struct bpf_map *map);

/* True if the source puts a program into this slot of the map. */
bool prog_array_fills_slot(const struct bpf_object *object, const struct object_file *file,
			   const struct bpf_map *map, uint32_t slot);

/* True if the source puts this program into a program array. */
bool prog_array_has_program(const struct bpf_object *object, const struct object_file *file,
			    const struct bpf_program *program);

/* True if the source puts the inner map into the outer one. */
bool prog_array_nests_map(const struct bpf_object *object, const struct object_file *file,
			  const struct bpf_map *outer, const struct bpf_map *inner);

#endif
