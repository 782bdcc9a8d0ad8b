/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_CELLS_H
#define TOOLS_PRINT_CELLS_H

#include "table.h"

#include <cgswap.h>

/* Cells of tables that show an entry of a chain. Each function puts one cell; "-" is none. */

void cell_text(struct table *table, const char *text);
void cell_number(struct table *table, uint64_t number);
void cell_time(struct table *table, int64_t seconds);
void cell_mode(struct table *table, const cgswap_chain *chain);

/*
 * The entry's name, and the version in its metadata: "fw 2.1"; "- (EACCES)" if the program was not
 * read.
 */
void cell_name(struct table *table, const cgswap_entry *entry);
/* Writes the text of cell_name() into a buffer. */
void cell_write_entry_name(char *buffer, size_t size, const cgswap_entry *entry);
void cell_write_name(char *buffer, size_t size, const char *name, const char *version);
/* The link that holds the entry; "?" if the chain has the program twice, once by a link. */
void cell_link(struct table *table, const cgswap_chain *chain, const cgswap_entry *entry);
/* "yes", "no", or "?" if it is not known. */
void cell_preorder(struct table *table, const cgswap_entry *entry);
void cell_maps(struct table *table, const cgswap_entry *entry);
/* How often the program ran and for how long; "-" where the kernel does not count. */
void cell_runs(struct table *table, const cgswap_entry *entry);
void cell_uid(struct table *table, const cgswap_entry *entry);

#endif
