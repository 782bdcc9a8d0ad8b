/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pins that a swap leaves behind: they still refer to the old program, or to a map of it that the
 * new one does not use. Other processes that open these pins get the old version.
 */
#ifndef CGSWAP_REPLACE_LEFT_PINS_H
#define CGSWAP_REPLACE_LEFT_PINS_H

#include "load/dropped_maps.h"

struct left_pin {
	uint32_t map_id; /* 0: a pin of the old program */
	const char *path;
};

/* The pins of one step. */
struct left_pins {
	size_t count;
	struct left_pin pins[];
};

/* The pins of programs and maps of a bpffs, as they were when a transaction first looked. */
struct pin_list;

/* Reads the list, unless it has been read: all of it, or the first 1,000 pins of the bpffs. */
enum cgswap_status pin_list_read(struct pin_list **list, struct kernel *kernel, const char *bpffs,
				 bool all);
void pin_list_free(struct pin_list *list);

/*
 * Finds the pins that a swap of old for the first of the new programs leaves behind. A dropped map
 * that another of the new programs uses is not dropped, and the pin at `moved` (or NULL) goes to
 * the new program. *out, which the caller frees, has its paths from the list; NULL: there are none.
 */
enum cgswap_status left_pins_find(struct left_pins **out, const struct pin_list *list,
				  const struct program *old, const struct dropped_maps *dropped,
				  const struct program *const *news, size_t count,
				  const char *moved);

#endif
