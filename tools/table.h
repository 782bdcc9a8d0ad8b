/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TABLE_H
#define TOOLS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a column of a table behaves. */
enum {
	COLUMN_RIGHT = 1,    /* its text stands at the right */
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
 * A table on standard output, filled cell by cell. When memory runs out the table remembers it,
 * and table_print() says so.
 */
struct table {
	const struct column *columns;
	size_t width; /* columns */
	char **cells;
	size_t length, room;
	bool failed;
};

void table_init(struct table *table, const struct column *columns, size_t width);
void table_put(struct table *table, const char *text);
void table_put_number(struct table *table, uint64_t number);
/* Prints titles and rows; nothing for a table without rows. False: out of memory. */
bool table_print(const struct table *table);
void table_free(struct table *table);

/* Prints `label text` on a line, or more where standard output is a terminal and narrower. */
void item_print(const char *label, const char *text);

/*
 * Seconds since 1970 as RFC 3339 in UTC; "" for 0. The buffer has room for TIME_SIZE.
 */
enum { TIME_SIZE = 40 };
const char *time_text(char buffer[TIME_SIZE], int64_t seconds);

#endif
