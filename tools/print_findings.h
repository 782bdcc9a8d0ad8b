/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_FINDINGS_H
#define TOOLS_PRINT_FINDINGS_H

#include "options.h"

#include <jansson.h>

/*
 * The findings of the steps of a transaction about their programs: maps, constants, dropped maps
 * and constants, left pins. Each is an object that --json prints; in many cgroups it has the number
 * of them as the member "cgroups".
 */

/* Sentences after the tables. */
struct sentences {
	const struct options *options;
	const char *new_ones, *is_not; /* "the new one", "is not" */
	bool may_move;                 /* --pin could have replaced a left pin */
	bool begun;
};

/* Prints a sentence, and a blank line between the tables and the first one. */
void sentences_say(struct sentences *to, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Tables of "maps" and "constants", whose members this completes. False: out of memory. */
bool print_finding_tables(json_t *findings, bool many);
/* Sentences on "dropped_maps", "dropped_constants", "left_pins" and "unpinned_maps". */
void print_finding_sentences(struct sentences *to, const json_t *findings);

/* True if an object of the list has this id. */
bool finding_has_id(const json_t *list, const json_t *id);

#endif
