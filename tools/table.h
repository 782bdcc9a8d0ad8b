/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TABLE_H
#define TOOLS_TABLE_H

#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Properties of a column. */
enum {
	COLUMN_RIGHT = 1,  /* aligned to the right */
	COLUMN_CUT = 2,    /* text may be cut on a narrow terminal */
	COLUMN_WRAP = 4,   /* text is wrapped at the terminal's width, or 80; last column only */
	COLUMN_SPARE = 8,  /* omitted on a narrow terminal, the leftmost first */
	COLUMN_DOUBT = 16, /* null is "?": it is not known */
	COLUMN_NAME = 32,  /* with the version in the metadata: "fw 2.1" */
};

struct column {
	const char *title;
	unsigned how;
	const char *key; /* the member of an object that table_put_object() shows */
};

/*
 * A table on standard output, filled cell by cell and laid out by libsmartcols. It remembers that
 * memory ran out, and table_print() fails then.
 */
struct table {
	const struct column *columns;
	size_t width; /* columns */
	struct libscols_table *scols;
	struct libscols_line *row;
	size_t cell; /* the next one in the row */
	size_t indent;
	char *heading; /* for the next row */
	bool untitled;
	bool below; /* the last column is printed below each row */
	bool failed;
};

/* The last column has no title. If the first one has an empty title, no titles are printed. */
void table_init(struct table *table, const struct column *columns);
void table_put(struct table *table, const char *text);
void table_put_number(struct table *table, uint64_t number);
/* Prints the text on a line of its own before the next row, in full. */
void table_put_heading(struct table *table, const char *text);
/*
 * Prints titles and rows, or nothing for a table without rows. A column in which every cell is "",
 * "-" or "?" is omitted. False: out of memory.
 */
bool table_print(struct table *table);
bool table_is_empty(const struct table *table);
void table_free(struct table *table);

/* Puts a value that --json prints; none stands for "", null and an empty list. */
void table_put_value(struct table *table, const json_t *value, const char *none);
/*
 * Puts the members of an object that --json prints, as one row. "" and null are "-"; true and false
 * are "yes" and "no"; lists are joined.
 */
void table_put_object(struct table *table, const json_t *object);
/* Prints a table of objects; false: out of memory. */
bool table_print_list(const struct column *columns, const json_t *list);
/* The same after a blank line, which is not printed if the list is empty. */
bool table_print_next_list(const struct column *columns, const json_t *list);

/* A table of terms and their meanings, which are wrapped. */
void table_init_terms(struct table *table);
void table_put_term(struct table *table, const char *term, const char *meaning);

/* Prints a sentence, which is wrapped on a terminal. */
void table_print_sentence(const char *format, va_list args);

/* Prints a line that is emphasized on a terminal. */
void table_print_heading(const char *text);

#endif
