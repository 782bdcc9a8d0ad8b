/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_cells.h"

void cell_text(struct table *table, const char *text)
{
	table_put(table, *text ? text : "-");
}

void cell_number(struct table *table, uint64_t number)
{
	if (number)
		table_put_number(table, number);
	else
		table_put(table, "-");
}
