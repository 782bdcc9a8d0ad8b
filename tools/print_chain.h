/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_CHAIN_H
#define TOOLS_PRINT_CHAIN_H

#include "chain_set.h"

/* Prints a chain as a table, or the programs that run, if it has them; false: out of memory. */
bool print_chain(const json_t *chain);
/* Prints chains one below the other. */
bool print_chain_list(const json_t *chains);
/* Sets the links that are not known, but not those that do not exist, to "?". */
bool print_mark_unknown_links(json_t *programs);
/* Sets the member type to the short name of the attach type that the object has. */
bool print_put_short_type(json_t *o);
/* One line: the temporary pin of a killed process. */
void print_leftover(const char *path);

/*
 * Prints a chain after a change or a dry run. If the chain cannot be read or described, this warns
 * and still succeeds. Returns EXIT_CHANGED if memory ran out after a change.
 */
enum exit_status print_changed_chain(const struct options *options, cgswap_chain *chain);

/* The first line of a dry run. */
void print_dry_run(const struct options *options);
/* "the link is pinned at PATH". */
void print_pinned(const char *subject, const char *path);

#endif
