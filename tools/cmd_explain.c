/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "json.h"
#include "base/suggest.h"
#include "table.h"
#include "error_report.h"

#include <stdio.h>
#include <string.h>

static const char *status_name(enum cgswap_cause cause)
{
	return cgswap_status_get_name(cgswap_cause_get_status(cause));
}

/* The errnos, which are separated by blanks, as a list. */
static json_t *json_errnos(enum cgswap_cause cause)
{
	const char *word = cgswap_cause_get_errnos(cause);
	json_t *list = json_array();
	size_t length;

	for (word += strspn(word, " "); *word; word += strspn(word, " ")) {
		length = strcspn(word, " ");
		if (!json_add(list, json_stringn(word, length))) {
			json_decref(list);
			return NULL;
		}
		word += length;
	}
	return list;
}

static json_t *json_cause(enum cgswap_cause cause)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "cause", json_text(cgswap_cause_get_name(cause)));
	ok &= json_put(o, "status", json_text(status_name(cause)));
	ok &= json_put(o, "errnos", json_errnos(cause));
	ok &= json_put(o, "meaning", json_text(cgswap_cause_get_meaning(cause)));
	ok &= json_put(o, "remedy", json_text(cgswap_cause_get_remedy(cause)));
	ok &= json_put(o, "example", json_text(cgswap_cause_get_example(cause)));
	if (ok)
		return o;
	json_decref(o);
	return NULL;
}

/* One cause, or for NONE all of them. */
static bool print_json(enum cgswap_cause only)
{
	json_t *list = json_array();
	enum cgswap_cause cause;
	size_t i;

	for (i = 0; i < cgswap_cause_get_count(); i++) {
		cause = cgswap_cause_get_at(i);
		if (only != CGSWAP_CAUSE_NONE && only != cause)
			continue;
		if (!json_add(list, json_cause(cause))) {
			json_decref(list);
			return false;
		}
	}
	return json_print(json_wrap("causes", list));
}

static bool print_all(void)
{
	static const struct column columns[] = {
		{ "CAUSE", 0 },
		{ "STATUS", 0 },
		{ "ERRNOS", 0 },
		{ "MEANING", COLUMN_WRAP },
	};
	enum cgswap_cause cause;
	struct table table;
	const char *errnos;
	size_t i;
	bool ok;

	table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < cgswap_cause_get_count(); i++) {
		cause = cgswap_cause_get_at(i);
		errnos = cgswap_cause_get_errnos(cause);
		table_put(&table, cgswap_cause_get_name(cause));
		table_put(&table, status_name(cause));
		table_put(&table, *errnos ? errnos : "-");
		table_put(&table, cgswap_cause_get_meaning(cause));
	}
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

/* What was typed stands in the first line, the answer in the second. */
static void print_example(const char *example)
{
	size_t length = strcspn(example, "\n");
	char typed[128];

	snprintf(typed, sizeof(typed), "%.*s", (int)length, example);
	item_print("example", typed);
	if (example[length])
		item_print("", example + length + 1);
}

static void print_one(enum cgswap_cause cause)
{
	const char *errnos = cgswap_cause_get_errnos(cause);

	puts(cgswap_cause_get_name(cause));
	item_print("meaning", cgswap_cause_get_meaning(cause));
	item_print("errnos", *errnos ? errnos : "-");
	item_print("status", status_name(cause));
	item_print("remedy", cgswap_cause_get_remedy(cause));
	print_example(cgswap_cause_get_example(cause));
}

static enum exit_status refuse_name(const struct options *options, const char *name)
{
	struct suggestion near = { .word = name };
	char message[256], remedy[256];
	size_t i;

	for (i = 0; i < cgswap_cause_get_count(); i++)
		suggest_consider(&near, cgswap_cause_get_name(cgswap_cause_get_at(i)));
	snprintf(message, sizeof(message), "\"%s\" is no cause", name);
	suggest_write(&near, remedy, sizeof(remedy), "`cgswap explain` lists all causes");
	return refuse_usage(options, message, remedy);
}

enum exit_status cmd_explain(const struct options *options)
{
	enum cgswap_cause cause = CGSWAP_CAUSE_NONE;
	bool printed = true;

	if (options->length > 0) {
		cause = cgswap_cause_get_by_name(options->arguments[0]);
		if (cause == CGSWAP_CAUSE_NONE)
			return refuse_name(options, options->arguments[0]);
	}
	if (options->given & OPTION_JSON)
		printed = print_json(cause);
	else if (cause == CGSWAP_CAUSE_NONE)
		printed = print_all();
	else
		print_one(cause);
	return printed ? EXIT_DONE : refuse_memory(options, false);
}
