/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of map_reuse, one file each. */
#ifndef CGSWAP_LOAD_MAP_REUSE_INTERNAL_H
#define CGSWAP_LOAD_MAP_REUSE_INTERNAL_H

#include "load/map_reuse.h"

/* ---- map_reuse_read.c */

/* Reads the maps that libbpf will create for the object. */
enum cgswap_status map_reuse_read_maps(struct map_reuse *reuse);

/* ---- map_reuse_pins.c */

/* Opens the maps that are already pinned at the paths of maps that are pinned by name. */
enum cgswap_status map_reuse_open_pins(struct map_reuse *reuse);

/* Checks that loading will not fill a program array that is already pinned. */
enum cgswap_status map_reuse_check_pins(const struct map_reuse *reuse);

/*
 * Claims for the program the paths at which its maps are to be pinned by their names. Sets
 * reuse->pin_taken and fails where another map has the path by now.
 */
enum cgswap_status map_reuse_claim_pins(struct map_reuse *reuse, struct program *program);

/* ---- map_reuse_set.c */

/*
 * Adds the maps of all old programs to those that may be reused. Fails if two of them have
 * different maps where the object has one.
 */
enum cgswap_status map_reuse_add_olds(struct map_reuse *reuse);

/* Keeps the new maps open with the program, for the next program of the set. */
enum cgswap_status map_reuse_hold_made(struct map_reuse *reuse, const struct program *program);

/* ---- map_reuse_nested.c */

/*
 * Checks that the program gets no new map for one that its source puts into a reused map of maps,
 * which holds an older map instead.
 */
enum cgswap_status map_reuse_check_nested(const struct map_reuse *reuse,
					  const struct program *program);

/* ---- map_reuse_errors.c */

/* The map of the object at index, and the old map that matches it, differ or may differ. */
enum cgswap_status map_reuse_error_changed(const struct map_reuse *reuse, size_t index);
enum cgswap_status map_reuse_error_ambiguous(const struct map_reuse *reuse, size_t index);
enum cgswap_status map_reuse_error_two_olds(const struct map_reuse *reuse, size_t index,
					    size_t one, size_t other);
enum cgswap_status map_reuse_error_unknown(const struct map_reuse *reuse, size_t index);

/* The map that is pinned at its path has the spec found, or is not the old program's. */
enum cgswap_status map_reuse_error_pin_changed(const struct map_reuse *reuse, size_t index,
					       const struct map_spec *found);
enum cgswap_status map_reuse_error_pin_differs(const struct map_reuse *reuse, size_t index);

#endif
