/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of map_reuse, one file each. */
#ifndef CGSWAP_LOAD_MAP_REUSE_INTERNAL_H
#define CGSWAP_LOAD_MAP_REUSE_INTERNAL_H

#include "load/map_reuse.h"

/* ---- map_reuse_use.c */

/*
 * The map that is used exists already. If it should be pinned by its name, and its owner has pinned
 * it elsewhere, it is not pinned once more, and the reason says where it is.
 */
enum cgswap_status map_reuse_leave_pin(struct map_reuse *reuse, size_t index, uint32_t id);

/* Reuses the old map that matches. */
enum cgswap_status map_reuse_use_old(struct map_reuse *reuse, size_t index);

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

/*
 * Keeps the new maps open for the next program of the set: with the program, and those that the
 * program does not use in reuse->indirect.
 */
enum cgswap_status map_reuse_hold_made(struct map_reuse *reuse, const struct program *program);

/* ---- map_reuse_choose.c */

/* Finds the map of each choice, and sets the sizes of new maps; nothing is opened yet. */
enum cgswap_status map_reuse_take_choices(struct map_reuse *reuse);

/* True if the plan needs the old program's maps whatever the policy, for a choice. */
bool map_reuse_chooses_old(const struct map_reuse *reuse);

/* Carries out the choice for a map that has one. */
enum cgswap_status map_reuse_choose(struct map_reuse *reuse, size_t index);

/* ---- map_reuse_array.c */

/* Finds out which program arrays the source fills. */
void map_reuse_read_arrays(struct map_reuse *reuse);

/* True if the plan needs the old program's maps whatever the policy, to look for its arrays. */
bool map_reuse_has_arrays(const struct map_reuse *reuse);

/*
 * True if the map is a program array that the source leaves empty, and the old program has one in
 * use that it may be: without its programs the tail calls of the new program would do nothing, so
 * that a filter may let everything pass.
 */
bool map_reuse_keeps_array(const struct map_reuse *reuse, size_t index);

/*
 * Plans an array that the source fills: it is new. If the old program's array is pinned at its
 * path, it takes the pin together with the swap.
 */
enum cgswap_status map_reuse_fill(struct map_reuse *reuse, size_t index);

/* Sets the reason of a shared array, with the number of its slots in use. */
void map_reuse_count_array(struct map_reuse *reuse, size_t index);

/* Checks that the program gets no new array in place of an old one whose slots are in use. */
enum cgswap_status map_reuse_check_arrays(const struct map_reuse *reuse);

/* ---- map_reuse_slots.c */

/*
 * Counts the slots in use of the old program's arrays. Where the source fills an array, also adds
 * the maps of the programs in the slots to those that may be reused.
 */
enum cgswap_status map_reuse_read_slots(struct map_reuse *reuse);
void map_reuse_free_slots(struct map_reuse *reuse);

/*
 * Finds the next slot in use of an old array, from *slot on, and the program there; 0, -ENOENT if
 * there is none, or another errno.
 */
int map_reuse_next_slot(const struct map_reuse *reuse, size_t old, uint32_t *slot,
			uint32_t *program);

/* ---- map_reuse_explain.c */

/*
 * After a failed load: the kernel lets only programs of one kind use an array. Replaces the last
 * error if that is the reason, and returns its status.
 */
enum cgswap_status map_reuse_explain_load(const struct map_reuse *reuse, enum cgswap_status status);

/* ---- map_reuse_timers.c */

/* After loading: finds the maps with timers that only this process holds open. */
enum cgswap_status map_reuse_note_timers(struct map_reuse *reuse);

/* ---- map_reuse_nested.c */

/*
 * Checks that the program gets no new map for one that its source puts into a reused map of maps,
 * which holds an older map instead.
 */
enum cgswap_status map_reuse_check_nested(const struct map_reuse *reuse,
					  const struct program *program);

/* ---- map_reuse_candidates.c */

/*
 * Appends the old maps that a map of the object may be by its name, or else those of its type.
 * Returns the id of the first; 0: there are none.
 */
uint32_t map_reuse_add_candidates(struct error_text *text, const struct map_reuse *reuse,
				  size_t index);

/* ---- map_reuse_errors.c */

/* No map of the old program may be opened, and the policy cannot be carried out. */
enum cgswap_status map_reuse_error_old_maps(const struct map_reuse *reuse, int err);

/* The chosen map does not fit, or the old program has none that is meant. */
enum cgswap_status map_reuse_error_choice(const struct map_reuse *reuse, size_t index,
					  const struct map_spec *found);
enum cgswap_status map_reuse_error_no_old(const struct map_reuse *reuse, size_t index);
/* The source fills the array: the load alone would change the chosen one, which is in use. */
enum cgswap_status map_reuse_error_choice_filled(const struct map_reuse *reuse, size_t index);
/* Another map is pinned where the chosen one would have to be. */
enum cgswap_status map_reuse_error_choice_pinned(const struct map_reuse *reuse, size_t index);

/* The map of the object at index, and the old map that matches it, differ or may differ. */
enum cgswap_status map_reuse_error_changed(const struct map_reuse *reuse, size_t index);
enum cgswap_status map_reuse_error_ambiguous(const struct map_reuse *reuse, size_t index);
enum cgswap_status map_reuse_error_two_olds(const struct map_reuse *reuse, size_t index, size_t one,
					    size_t other);
enum cgswap_status map_reuse_error_unknown(const struct map_reuse *reuse, size_t index);

/* The map that is pinned at its path has the spec found, or is not the old program's. */
enum cgswap_status map_reuse_error_pin_changed(const struct map_reuse *reuse, size_t index,
					       const struct map_spec *found);
enum cgswap_status map_reuse_error_pin_differs(const struct map_reuse *reuse, size_t index);

#endif
