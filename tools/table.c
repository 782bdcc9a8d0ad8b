/* SPDX-License-Identifier: BSD-2-Clause */
#include "table.h"
#include "escape.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Between two columns. */
static const char gap[] = "  ";
enum {
	GAP = 2,
	CUT_LEAST = 8,    /* minimum width of a column that is cut */
	WRAP_LEAST = 32,  /* minimum width of wrapped text; narrower text goes below its row */
	WRAP_WIDTH = 80,  /* width of wrapped lines without a terminal */
	INDENT = 4,       /* indent of text below its row */
	INDENT_ITEM = 11, /* indent of an item text */
};

/* How the columns share the line. */
struct layout {
	size_t widths[TABLE_COLUMNS_MAX]; /* 0: the column is omitted */
	size_t below; /* width of the last column below the others; 0: it is beside them */
};

void table_init(struct table *table, const struct column *columns)
{
	*table = (struct table){ .columns = columns };
	while (columns[table->width].title)
		table->width++;
}

void table_put(struct table *table, const char *text)
{
	char **cells;
	size_t capacity;

	if (table->failed)
		return;
	if (table->length == table->capacity) {
		capacity = table->capacity ? 2 * table->capacity : 64;
		cells = realloc(table->cells, capacity * sizeof(*cells));
		if (!cells) {
			table->failed = true;
			return;
		}
		table->cells = cells;
		table->capacity = capacity;
	}
	table->cells[table->length] = strdup(text);
	if (table->cells[table->length])
		table->length++;
	else
		table->failed = true;
}

void table_put_number(struct table *table, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	table_put(table, digits);
}

void table_free(struct table *table)
{
	while (table->length > 0)
		free(table->cells[--table->length]);
	free(table->cells);
	table->cells = NULL;
	table->capacity = 0;
}

/* The width of the terminal on standard output; 0: it is not a terminal. */
static size_t terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

static void natural_widths(const struct table *table, size_t widths[])
{
	bool used[TABLE_COLUMNS_MAX] = { false };
	size_t column, i, wide;

	for (column = 0; column < table->width; column++)
		widths[column] = escape_width(table->columns[column].title);
	for (i = 0; i < table->length; i++) {
		column = i % table->width;
		wide = escape_width(table->cells[i]);
		if (wide > widths[column])
			widths[column] = wide;
		if (table->cells[i][0] && strcmp(table->cells[i], "-") != 0)
			used[column] = true;
	}
	for (column = 0; column < table->width; column++) {
		if ((table->columns[column].how & COLUMN_OPTIONAL) && !used[column])
			widths[column] = 0;
	}
}

static size_t total_width(const struct table *table, const size_t widths[])
{
	size_t total = 0, column;

	for (column = 0; column < table->width; column++) {
		if (widths[column])
			total += widths[column] + (total ? GAP : 0);
	}
	return total;
}

/* Omits the rightmost spare column. Returns false if there is none. */
static bool spare_one(const struct table *table, size_t widths[])
{
	size_t column;

	for (column = table->width; column > 0; column--) {
		if (widths[column - 1] && (table->columns[column - 1].how & COLUMN_SPARE)) {
			widths[column - 1] = 0;
			return true;
		}
	}
	return false;
}

/* Narrows the widest column that may be cut. Returns false if there is none. */
static bool cut_one(const struct table *table, size_t widths[])
{
	size_t widest = CUT_LEAST, at = table->width, column;

	for (column = 0; column < table->width; column++) {
		if ((table->columns[column].how & COLUMN_CUT) && widths[column] > widest) {
			widest = widths[column];
			at = column;
		}
	}
	if (at == table->width)
		return false;
	widths[at]--;
	return true;
}

/* Fits the last column into lines of this width, or moves it below the others. */
static void wrap_last(const struct table *table, struct layout *layout, size_t limit)
{
	size_t last = table->width - 1, total = total_width(table, layout->widths), others;

	if (total <= limit || !(table->columns[last].how & COLUMN_WRAP))
		return;
	others = total - layout->widths[last];
	layout->widths[last] = limit > others ? limit - others : 0;
	if (layout->widths[last] >= WRAP_LEAST)
		return;
	layout->below = limit > INDENT + WRAP_LEAST ? limit - INDENT : WRAP_LEAST;
	layout->widths[last] = 0;
}

static void fit_widths(const struct table *table, struct layout *layout)
{
	size_t limit = terminal_width(), *widths = layout->widths;

	wrap_last(table, layout, limit ? limit : WRAP_WIDTH);
	while (limit && total_width(table, widths) > limit &&
	       (spare_one(table, widths) || cut_one(table, widths)))
		continue;
}

static void print_spaces(size_t count)
{
	while (count-- > 0)
		putchar(' ');
}

static void print_cell(const struct column *column, const char *text, size_t width, bool last)
{
	size_t wide = escape_width(text);

	if (wide >= width) {
		escape_print_cut(stdout, text, width);
		return;
	}
	if (column->how & COLUMN_RIGHT)
		print_spaces(width - wide);
	escape_print(stdout, text);
	if (!(column->how & COLUMN_RIGHT) && !last)
		print_spaces(width - wide);
}

/* Prints the last cell of a row over as many lines as it needs. */
static void print_wrapped(const char *text, size_t indent, size_t width)
{
	escape_print_words(stdout, &text, width);
	while (*text) {
		putchar('\n');
		print_spaces(indent);
		escape_print_words(stdout, &text, width);
	}
}

/* Prints a row; cells is NULL for the titles. */
static void print_row(const struct table *table, char *const cells[], const struct layout *layout)
{
	const size_t *widths = layout->widths;
	size_t last = table->width, column, used = 0;
	const char *text;

	/* no trailing blanks */
	while (last > 1 && (!widths[last - 1] || (cells && cells[last - 1][0] == '\0')))
		last--;
	for (column = 0; column < last; column++) {
		if (!widths[column])
			continue;
		if (used) {
			fputs(gap, stdout);
			used += GAP;
		}
		text = cells ? cells[column] : table->columns[column].title;
		if (table->columns[column].how & COLUMN_WRAP)
			print_wrapped(text, used, widths[column]);
		else
			print_cell(&table->columns[column], text, widths[column],
				   column + 1 == last);
		used += widths[column];
	}
	putchar('\n');
	if (!cells || !layout->below)
		return;
	print_spaces(INDENT);
	print_wrapped(cells[table->width - 1], INDENT, layout->below);
	putchar('\n');
}

void table_print_item(const char *label, const char *text)
{
	size_t limit = terminal_width(), indent = INDENT_ITEM;

	printf("  %-*s", INDENT_ITEM - 2, label);
	if (!limit)
		limit = WRAP_WIDTH;
	else if (limit < indent + WRAP_LEAST)
		limit = indent + WRAP_LEAST;
	print_wrapped(text, indent, limit - indent);
	putchar('\n');
}

bool table_print(const struct table *table)
{
	struct layout layout = { .below = 0 };
	size_t i;

	if (table->failed)
		return false;
	if (table->length == 0)
		return true;
	natural_widths(table, layout.widths);
	fit_widths(table, &layout);
	print_row(table, NULL, &layout);
	for (i = 0; i + table->width <= table->length; i += table->width)
		print_row(table, &table->cells[i], &layout);
	return true;
}

bool table_print_rows(const struct column *columns, size_t count, table_row_fn put_row,
		      const void *object)
{
	struct table table;
	size_t i;
	bool ok;

	table_init(&table, columns);
	for (i = 0; i < count; i++)
		put_row(&table, object, i);
	ok = table_print(&table);
	table_free(&table);
	return ok;
}
