/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_CHAIN_H
#define TOOLS_PRINT_CHAIN_H

#include "chain_set.h"

/* Prints a chain as a table, or as JSON with --json; false: out of memory. */
bool print_chain(const struct options *options, const cgswap_chain *chain);
bool print_chain_table(const cgswap_chain *chain);
/* Prints chains one below the other; with --effective, the programs that run. */
bool print_chain_set(const struct options *options, const struct chain_set *set);
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
