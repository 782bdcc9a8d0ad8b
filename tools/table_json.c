/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of the objects that --json prints. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

static void write_value(FILE *file, const json_t *value, const char *none)
{
	const char *text = json_string_value(value);
	json_t *item;
	size_t i;

	if (text && *text) {
		fputs(text, file);
	} else if (json_is_integer(value)) {
		fprintf(file, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	} else if (json_is_boolean(value)) {
		fputs(json_is_true(value) ? "yes" : "no", file);
	} else if (json_array_size(value) > 0) {
		json_array_foreach(value, i, item)
		{
			if (i > 0)
				putc(json_is_string(item) ? ' ' : ',', file);
			write_value(file, item, none);
		}
	} else {
		fputs(none, file);
	}
}

/* Puts the value, and a second one after it. */
static void table_put_values(struct table *table, const json_t *value, const char *none,
			     const json_t *second)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (file) {
		write_value(file, value, none);
		if (second)
			fprintf(file, " %s", json_string_value(second));
	}
	if (!file || fclose(file) != 0)
		table->failed = true;
	else
		table_put(table, text);
	free(text);
}

void table_put_value(struct table *table, const json_t *value, const char *none)
{
	table_put_values(table, value, none, NULL);
}

void table_put_object(struct table *table, const json_t *object)
{
	const json_t *version = json_object_get(json_object_get(object, "metadata"), "version");
	const struct column *column;

	for (column = table->columns; column->title; column++)
		table_put_values(table, json_object_get(object, column->key),
				 column->how & COLUMN_DOUBT ? "?" : "-",
				 column->how & COLUMN_NAME ? version : NULL);
}

bool table_print_list(const struct column *columns, const json_t *list)
{
	struct table table;
	json_t *object;
	size_t i;
	bool ok;

	table_init(&table, columns);
	json_array_foreach(list, i, object) table_put_object(&table, object);
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

bool table_print_next_list(const struct column *columns, const json_t *list)
{
	if (json_array_size(list) > 0)
		putchar('\n');
	return table_print_list(columns, list);
}
