/* SPDX-License-Identifier: BSD-2-Clause */
#include "table.h"
#include "escape.h"

#include <inttypes.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	GAP = 2,         /* between two columns */
	INDENT = 4,      /* text below its row */
	WRAP_LEAST = 32, /* minimum width of wrapped text; narrower text goes below its row */
	WRAP_WIDTH = 80, /* width of wrapped lines without a terminal */
};

static const char emphasis[] = "\033[1m", plain[] = "\033[0m";

/* Escape sequences are for terminals that know them, and for people who want them. */
static bool table_has_colors(void)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && terminal && *terminal &&
	       strcmp(terminal, "dumb") != 0;
}

static bool table_add_column(struct table *table, const struct column *column)
{
	int flags = (column->how & COLUMN_RIGHT ? SCOLS_FL_RIGHT : 0) |
		    (column->how & COLUMN_CUT ? SCOLS_FL_TRUNC : 0) |
		    (column->how & COLUMN_WRAP ? SCOLS_FL_WRAP : 0);
	struct libscols_column *made;

	made = scols_table_new_column(table->scols, column->title, 0, flags);
	if (!made)
		return false;
	if (column->how & COLUMN_WRAP)
		scols_column_set_wrapfunc(made, scols_wrapnl_chunksize, scols_wrapnl_nextchunk,
					  NULL);
	return scols_cell_set_color(scols_column_get_header(made), emphasis) == 0;
}

void table_init(struct table *table, const struct column *columns)
{
	*table = (struct table){ .columns = columns, .scols = scols_new_table() };
	table->failed = !table->scols || scols_table_set_column_separator(table->scols, "  ") != 0;
	for (; columns[table->width].title && !table->failed; table->width++)
		table->failed = !table_add_column(table, &columns[table->width]);
	if (table->failed)
		return;
	table->untitled = !*columns[0].title;
	scols_table_enable_noheadings(table->scols, table->untitled);
	scols_table_enable_colors(table->scols, table_has_colors());
	/* libsmartcols lets characters pass that change the direction of text */
	scols_table_enable_noencoding(table->scols, 1);
}

/* The heading before a row belongs to its line. */
static bool table_add_row(struct table *table)
{
	table->row = scols_table_new_line(table->scols, NULL);
	if (!table->row || scols_line_set_userdata(table->row, table->heading) != 0)
		return false;
	table->heading = NULL;
	return true;
}

void table_put(struct table *table, const char *text)
{
	char *escaped;

	if (table->failed || (table->cell == 0 && !table_add_row(table))) {
		table->failed = true;
		return;
	}
	escaped = escape_text(text);
	if (!escaped || scols_line_refer_data(table->row, table->cell, escaped)) {
		free(escaped);
		table->failed = true;
	}
	table->cell = (table->cell + 1) % table->width;
}

void table_put_number(struct table *table, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	table_put(table, digits);
}

void table_put_heading(struct table *table, const char *text)
{
	free(table->heading);
	table->heading = text ? escape_text(text) : NULL;
	table->failed |= !table->heading;
}

/* Calls fn with each row until it fails. */
static bool table_each_row(const struct table *table,
			   bool (*fn)(const struct table *table, struct libscols_line *row,
				      void *user),
			   void *user)
{
	struct libscols_iter *iter = scols_new_iter(SCOLS_ITER_FORWARD);
	struct libscols_line *row;
	bool ok = iter != NULL;

	while (ok && scols_table_next_line(table->scols, iter, &row) == 0)
		ok = fn(table, row, user);
	scols_free_iter(iter);
	return ok;
}

static bool table_free_heading(const struct table *table, struct libscols_line *row, void *unused)
{
	(void)table;
	(void)unused;
	free(scols_line_get_userdata(row));
	return true;
}

void table_free(struct table *table)
{
	if (table->scols)
		table_each_row(table, table_free_heading, NULL);
	free(table->heading);
	scols_unref_table(table->scols);
	*table = (struct table){ .failed = true };
}

/* ---- the columns that fit ---------------------------------------------------------------------
 */

static struct libscols_column *table_column(const struct table *table, size_t i)
{
	return scols_table_get_column(table->scols, i);
}

static void table_hide(const struct table *table, size_t i)
{
	struct libscols_column *column = table_column(table, i);

	scols_column_set_flags(column, scols_column_get_flags(column) | SCOLS_FL_HIDDEN);
}

static const char *table_cell(struct libscols_line *row, size_t column)
{
	const char *text = scols_cell_get_data(scols_line_get_cell(row, column));

	return text ? text : "";
}

static bool table_cell_says_nothing(const struct table *table, struct libscols_line *row,
				    void *column)
{
	const char *text = table_cell(row, *(size_t *)column);

	(void)table;
	return !*text || !strcmp(text, "-") || !strcmp(text, "?");
}

/* The width of a line if nothing is cut. */
static size_t table_natural_width(const struct table *table)
{
	struct libscols_column *column;
	size_t total = 0, i;
	char *text = NULL;

	/* libsmartcols finds out the widths when it prints */
	scols_table_set_termforce(table->scols, SCOLS_TERMFORCE_NEVER);
	scols_print_table_to_string(table->scols, &text);
	free(text);
	scols_table_set_termforce(table->scols, SCOLS_TERMFORCE_AUTO);
	for (i = 0; i < table->width; i++) {
		column = table_column(table, i);
		if (!scols_column_is_hidden(column))
			total += scols_column_get_width(column) + (total ? GAP : 0);
	}
	return total;
}

/* Omits the leftmost spare column. Returns false if there is none. */
static bool table_spare_one(const struct table *table)
{
	size_t i;

	for (i = 0; i < table->width; i++) {
		if ((table->columns[i].how & COLUMN_SPARE) &&
		    !scols_column_is_hidden(table_column(table, i))) {
			table_hide(table, i);
			return true;
		}
	}
	return false;
}

static bool table_wrap_cell(const struct table *table, struct libscols_line *row, void *width)
{
	size_t last = table->width - 1;
	char *text = strdup(table_cell(row, last));

	if (!text)
		return false;
	escape_wrap(text, *(size_t *)width);
	return scols_line_refer_data(row, last, text) == 0;
}

/* Breaks the texts of the last column, or moves them below their rows. */
static void table_wrap_last(struct table *table, size_t limit)
{
	size_t last = table->width - 1;
	struct libscols_column *column = table_column(table, last);
	size_t others, width;

	if (scols_column_is_hidden(column) || table_natural_width(table) <= limit)
		return;
	table_hide(table, last);
	others = table_natural_width(table) + GAP;
	table->below = limit < others + WRAP_LEAST;
	if (!table->below)
		scols_column_set_flags(column, scols_column_get_flags(column) & ~SCOLS_FL_HIDDEN);
	width = table->below ? limit - INDENT : limit - others;
	if (table->below && limit < INDENT + WRAP_LEAST)
		width = WRAP_LEAST;
	table->failed |= !table_each_row(table, table_wrap_cell, &width);
}

static void table_fit(struct table *table)
{
	bool terminal = isatty(STDOUT_FILENO);
	size_t limit = terminal ? scols_table_get_termwidth(table->scols) : WRAP_WIDTH;
	size_t i;

	limit -= limit > table->indent ? table->indent : 0;
	for (i = 0; i < table->width; i++) {
		if (table_each_row(table, table_cell_says_nothing, &i))
			table_hide(table, i);
	}
	if (table->columns[table->width - 1].how & COLUMN_WRAP)
		table_wrap_last(table, limit);
	scols_table_set_termwidth(table->scols, limit);
	while (terminal && table_natural_width(table) > limit && table_spare_one(table))
		continue;
}

/* ---- printing ---------------------------------------------------------------------------------
 */

static void print_spaces(size_t count)
{
	while (count-- > 0)
		putchar(' ');
}

static void print_emphasized(const char *text)
{
	bool colors = table_has_colors();

	printf("%s%s%s\n", colors ? emphasis : "", text, colors ? plain : "");
}

/* Prints the next line of the text without blanks at its end. Returns the line after it. */
static const char *print_next_line(const char *text, size_t indent)
{
	size_t length = strcspn(text, "\n"), used = length;

	while (used > 0 && text[used - 1] == ' ')
		used--;
	print_spaces(used ? indent : 0);
	fwrite(text, 1, used, stdout);
	putchar('\n');
	return text + length + (text[length] == '\n');
}

/* A row has one line if there are headings: only the last column is wrapped, or is below its row.
 */
static bool print_row(const struct table *table, struct libscols_line *row, void *user)
{
	const char **text = user, *heading = scols_line_get_userdata(row);
	const char *below = table->below ? table_cell(row, table->width - 1) : "";

	if (heading)
		print_emphasized(heading);
	*text = print_next_line(*text, table->indent);
	while (*below)
		below = print_next_line(below, INDENT);
	return true;
}

static bool print_lines(const struct table *table, const char *text)
{
	if (!table->untitled)
		text = print_next_line(text, table->indent);
	if (!table_each_row(table, print_row, &text))
		return false;
	while (*text)
		text = print_next_line(text, table->indent);
	return true;
}

bool table_is_empty(const struct table *table)
{
	return table->failed || scols_table_get_nlines(table->scols) == 0;
}

bool table_print(struct table *table)
{
	char *text = NULL;
	bool printed;

	if (table->failed)
		return false;
	if (scols_table_get_nlines(table->scols) == 0)
		return true;
	table_fit(table);
	if (table->failed || scols_print_table_to_string(table->scols, &text))
		return false;
	printed = print_lines(table, text);
	free(text);
	return printed;
}

void table_init_terms(struct table *table)
{
	static const struct column columns[] = { { "", 0, NULL },
						 { "", COLUMN_WRAP, NULL },
						 { 0 } };

	table_init(table, columns);
	table->indent = 2;
}

void table_put_term(struct table *table, const char *term, const char *meaning)
{
	table_put(table, term);
	table_put(table, meaning);
}

void table_print_heading(const char *text)
{
	char *escaped = escape_text(text);

	if (escaped)
		print_emphasized(escaped);
	free(escaped);
}

void table_print_sentence(const char *format, va_list args)
{
	struct libscols_table *scols = isatty(STDOUT_FILENO) ? scols_new_table() : NULL;
	char *text, *escaped = NULL;

	if (vasprintf(&text, format, args) >= 0) {
		escaped = escape_text(text);
		free(text);
	}
	if (scols && escaped)
		escape_wrap(escaped, scols_table_get_termwidth(scols));
	if (escaped)
		puts(escaped);
	free(escaped);
	scols_unref_table(scols);
}
