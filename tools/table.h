/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TABLE_H
#define TOOLS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a column of a table behaves. */
enum {
	COLUMN_RIGHT = 1,    /* aligned to the right */
	COLUMN_CUT = 2,      /* on a narrow terminal its text may be cut */
	COLUMN_WRAP = 4,     /* there its text goes on in the next line; only the last column may */
	COLUMN_OPTIONAL = 8, /* left out where every cell is "-" or "" */
	COLUMN_SPARE = 16,   /* left out on a narrow terminal, the rightmost first */
};

enum { TABLE_COLUMNS_MAX = 12 };

struct column {
	const char *title;
	unsigned how;
};

/*
 * A table on standard output, filled cell by cell. When memory runs out, this is stored, and
 * table_print() fails.
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
/* Prints titles and rows; nothing for a table without rows. False: out of memory. */
bool table_print(const struct table *table);
void table_free(struct table *table);

/* Puts the cells of the row at an index of what the object holds. */
typedef void (*table_row_fn)(struct table *table, const void *object, size_t i);
/* Prints a table of so many rows; false: out of memory. */
bool table_print_rows(const struct column *columns, size_t rows, table_row_fn put_row,
		      const void *object);

/* Prints `label text` on a line, or on more if standard output is a terminal and narrower. */
void table_print_item(const char *label, const char *text);

#endif
