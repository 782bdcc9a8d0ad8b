/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_CELLS_H
#define TOOLS_PRINT_CELLS_H

#include "table.h"

#include <cgswap.h>

/* How tables show what is known of an entry: each puts one cell, and "-" means none. */

void cell_text(struct table *table, const char *text);
void cell_number(struct table *table, uint64_t number);
/* Writes its name, and beside it the version that it says it is: "fw 2.1". */
void name_and_version(char *buffer, size_t size, const cgswap_entry *entry);
void cell_name(struct table *table, const cgswap_entry *entry);
/* The link that holds it, or "?": a program stands there twice, and which is the link's is open. */
void cell_link(struct table *table, const cgswap_chain *chain, const cgswap_entry *entry);
void cell_maps(struct table *table, const cgswap_entry *entry);
void cell_uid(struct table *table, const cgswap_entry *entry);
void cell_time(struct table *table, int64_t seconds);

const char *mode_name(enum cgswap_mode mode);
/* "yes", "no", or "?". */
const char *preorder_name(enum cgswap_preorder preorder);

#endif
