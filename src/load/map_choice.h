/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The caller's choices of single maps: NAME=old, NAME=new, NAME=id:N or NAME=pin:PATH, and
 * NAME=new,max_entries=N. NAME is the map's in the object.
 */
#ifndef CGSWAP_LOAD_MAP_CHOICE_H
#define CGSWAP_LOAD_MAP_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cgswap.h>

enum map_choice_kind {
	MAP_CHOICE_OLD, /* the old program's map, as it is */
	MAP_CHOICE_NEW,
	MAP_CHOICE_ID,
	MAP_CHOICE_PIN
};

/* The strings are the list's. */
struct map_choice {
	const char *text; /* NAME=CHOICE */
	size_t name_length;
	enum map_choice_kind kind;
	uint32_t id;          /* MAP_CHOICE_ID */
	const char *pin;      /* MAP_CHOICE_PIN */
	uint32_t max_entries; /* MAP_CHOICE_NEW: 0: as the object says */
};

struct map_choices {
	size_t count;
	struct map_choice *choices;
};

/*
 * Parses a NULL-terminated list of choices, which must live as long as *out. The caller calls
 * map_choices_free() also after an error.
 */
enum cgswap_status map_choices_parse(struct map_choices *out, const char *const *list);
void map_choices_free(struct map_choices *choices);

/* Parses only to see if that works. */
enum cgswap_status map_choices_check(const char *const *list);

/* The choice for a map of the object, or NULL. */
const struct map_choice *map_choices_find(const struct map_choices *choices, const char *name);

#endif
