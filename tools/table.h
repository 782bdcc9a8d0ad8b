/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TABLE_H
#define TOOLS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Properties of a column. */
enum {
	COLUMN_RIGHT = 1,    /* aligned to the right */
	COLUMN_CUT = 2,      /* text may be cut on a narrow terminal */
	COLUMN_WRAP = 4,     /* text is wrapped at the terminal's width, or 80; last column only */
	COLUMN_OPTIONAL = 8, /* omitted if every cell is "-" or "" */
	COLUMN_SPARE = 16,   /* omitted on a narrow terminal, the rightmost first */
};

enum { TABLE_COLUMNS_MAX = 12 };

struct column {
	const char *title;
	unsigned how;
};

/*
 * A table on standard output, filled cell by cell. It remembers that memory ran out, and
 * table_print() fails then.
 */
struct table {
	const struct column *columns;
	size_t width; /* columns */
	char **cells;
	size_t length, capacity;
	bool failed;
};

/* The last column has no title. */
void table_init(struct table *table, const struct column *columns);
void table_put(struct table *table, const char *text);
void table_put_number(struct table *table, uint64_t number);
/* Prints titles and rows, or nothing for a table without rows. False: out of memory. */
bool table_print(const struct table *table);
void table_free(struct table *table);

/* Puts the cells of the row for element i of the object. */
typedef void (*table_row_fn)(struct table *table, const void *object, size_t i);
/* Prints a table of count rows; false: out of memory. */
bool table_print_rows(const struct column *columns, size_t count, table_row_fn put_row,
		      const void *object);

/* Prints `label text`, wrapped at the width of the terminal, or at 80 columns. */
void table_print_item(const char *label, const char *text);

#endif
