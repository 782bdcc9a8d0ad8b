/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRINT_CELLS_H
#define TOOLS_PRINT_CELLS_H

#include "table.h"

/* Each function puts one cell; "-" is none. */

void cell_text(struct table *table, const char *text);
void cell_number(struct table *table, uint64_t number);

#endif
