/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_CHAIN_H
#define TOOLS_PRINT_CHAIN_H

#include "options.h"

/* Prints a chain as a table, or as JSON if the options say so; false: out of memory. */
bool print_chain(const struct options *options, const cgswap_chain *chain);
bool print_chain_table(const cgswap_chain *chain);

/*
 * Prints a chain after it was changed, or would have been by a dry run. If it cannot be described,
 * or not even be read, this warns and still succeeds; EXIT_CHANGED when memory ran out.
 */
enum exit_status print_changed_chain(const struct options *options, cgswap_chain *chain);

/* The first line of a dry run. */
void print_dry_run(const struct options *options);
/* "the link is pinned at PATH". */
void print_pinned(const char *subject, const char *path);

#endif
