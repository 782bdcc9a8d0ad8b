/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_REPLACE_H
#define TOOLS_PRINT_REPLACE_H

#include "options.h"

/* The old program, read before the commit: after it the program may be gone. */
struct old_program {
	char name[1024]; /* and version */
	bool known;
	cgswap_error *error; /* why it is not known; free with cgswap_error_free() */
};

void old_program_read(struct old_program *old, const cgswap_step *step);

/* Prints the result of a replace as tables and sentences; false: out of memory. */
bool print_replaced(const struct options *options, cgswap_session *session, const cgswap_step *step,
		    const struct old_program *old, bool drained);

/* Cells of tables that show the steps of a replace. */
struct table;
void print_replace_position(struct table *table, size_t position);
void print_replace_verified(struct table *table, const struct options *options,
			    const cgswap_step *step);
void print_replace_constant(struct table *table, const void *step, size_t i);
void print_replace_map(struct table *table, const cgswap_step *step, size_t i);
/* Prints a blank line before the first of the sentences that follow the tables. */
void print_replace_sentence(bool *begun);
/* The pins that a step leaves behind, and one map of the object that is not pinned by its name. */
void print_left_pins(const struct options *options, const cgswap_step *step, bool *begun);
void print_unpinned_map(const cgswap_step *step, size_t i, bool *begun);

#endif
