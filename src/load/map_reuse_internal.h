/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of map_reuse, a file each. */
#ifndef CGSWAP_LOAD_MAP_REUSE_INTERNAL_H
#define CGSWAP_LOAD_MAP_REUSE_INTERNAL_H

#include "load/map_reuse.h"

/* ---- map_reuse_read.c */

/* Reads the maps that libbpf will create for the object. */
enum cgswap_status map_reuse_read_maps(struct map_reuse *reuse);

/* ---- map_reuse_pins.c */

/* Opens the maps that are pinned where maps of the object are to be pinned by their names. */
enum cgswap_status map_reuse_open_pins(struct map_reuse *reuse);

/* Checks that loading will fill no program array that is pinned already. */
enum cgswap_status map_reuse_check_pins(const struct map_reuse *reuse);

/*
 * Claims for the program the paths at which its maps are to be pinned by their names. Sets
 * reuse->pin_taken and fails where another map has the path by now.
 */
enum cgswap_status map_reuse_claim_pins(struct map_reuse *reuse, struct program *program);

/* ---- map_reuse_nested.c */

/*
 * Checks that no new map of the program is one that its source puts into a map of maps that is
 * reused, which holds another map in its stead.
 */
enum cgswap_status map_reuse_check_nested(const struct map_reuse *reuse,
					  const struct program *program);

/* ---- map_reuse_errors.c */

/* The map at index of the object, and its match among the old ones, differ, or may differ. */
enum cgswap_status map_reuse_error_changed(const struct map_reuse *reuse, size_t index);
enum cgswap_status map_reuse_error_ambiguous(const struct map_reuse *reuse, size_t index);
enum cgswap_status map_reuse_error_unknown(const struct map_reuse *reuse, size_t index);

/* The map that is pinned at its path is made as found says, or is not the old program's. */
enum cgswap_status map_reuse_error_pin_changed(const struct map_reuse *reuse, size_t index,
					       const struct map_spec *found);
enum cgswap_status map_reuse_error_pin_differs(const struct map_reuse *reuse, size_t index);

#endif
