/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "base/suggest.h"
#include "report.h"
#include "json.h"
#include "print_cells.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

static const char *explain_status(enum cgswap_cause cause)
{
	return cgswap_status_get_name(cgswap_cause_get_status(cause));
}

/* The library returns the errnos as one text, separated by blanks. */
static json_t *explain_json_errnos(enum cgswap_cause cause)
{
	const char *word = cgswap_cause_get_errnos(cause);
	json_t *list = json_array();
	bool ok = true;
	size_t length;

	for (word += strspn(word, " "); *word && ok; word += strspn(word, " ")) {
		length = strcspn(word, " ");
		ok = json_add(list, json_stringn(word, length));
		word += length;
	}
	return json_finish(list, ok);
}

static json_t *explain_json(enum cgswap_cause cause)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "cause", json_text(cgswap_cause_get_name(cause)));
	ok &= json_put(o, "status", json_text(explain_status(cause)));
	ok &= json_put(o, "errnos", explain_json_errnos(cause));
	ok &= json_put(o, "meaning", json_text(cgswap_cause_get_meaning(cause)));
	ok &= json_put(o, "remedy", json_text(cgswap_cause_get_remedy(cause)));
	ok &= json_put(o, "example", json_text(cgswap_cause_get_example(cause)));
	return json_finish(o, ok);
}

static json_t *explain_json_given(const void *cause, size_t i)
{
	(void)i;
	return explain_json(*(const enum cgswap_cause *)cause);
}

static json_t *explain_json_at(const void *unused, size_t i)
{
	(void)unused;
	return explain_json(cgswap_cause_get_at(i));
}

/* Prints one cause, or all causes for NONE. */
static bool explain_print_json(enum cgswap_cause cause)
{
	json_t *list;

	if (cause == CGSWAP_CAUSE_NONE)
		list = json_list(cgswap_cause_get_count(), explain_json_at, NULL);
	else
		list = json_list(1, explain_json_given, &cause);
	return json_print(json_wrap("causes", list));
}

static void put_cause_row(struct table *table, const void *unused, size_t i)
{
	enum cgswap_cause cause = cgswap_cause_get_at(i);

	(void)unused;
	table_put(table, cgswap_cause_get_name(cause));
	table_put(table, explain_status(cause));
	cell_text(table, cgswap_cause_get_errnos(cause));
	table_put(table, cgswap_cause_get_meaning(cause));
}

static bool explain_print_all(void)
{
	static const struct column columns[] = {
		{ "CAUSE", 0 },  { "STATUS", COLUMN_SPARE },
		{ "ERRNOS", 0 }, { "MEANING", COLUMN_WRAP },
		{ 0 },
	};

	return table_print_rows(columns, cgswap_cause_get_count(), put_cause_row, NULL);
}

/* The first line of an example is a command, the second one its output. */
static void put_cause_example(struct table *table, const char *example)
{
	size_t length = strcspn(example, "\n");
	char command[128];

	snprintf(command, sizeof(command), "%.*s", (int)length, example);
	table_put_term(table, "example", command);
	if (example[length])
		table_put_term(table, "", example + length + 1);
}

static bool explain_print_one(enum cgswap_cause cause)
{
	const char *errnos = cgswap_cause_get_errnos(cause);
	struct table table;
	bool printed;

	table_init_terms(&table);
	table_put_term(&table, "meaning", cgswap_cause_get_meaning(cause));
	table_put_term(&table, "errnos", *errnos ? errnos : "-");
	table_put_term(&table, "status", explain_status(cause));
	table_put_term(&table, "remedy", cgswap_cause_get_remedy(cause));
	put_cause_example(&table, cgswap_cause_get_example(cause));
	table_print_heading(cgswap_cause_get_name(cause));
	printed = table_print(&table);
	table_free(&table);
	return printed;
}

static enum exit_status error_unknown_cause(const struct options *options, const char *name)
{
	struct suggestion suggestion = { .word = name };
	char message[256], remedy[256];
	size_t i;

	for (i = 0; i < cgswap_cause_get_count(); i++)
		suggest_consider(&suggestion, cgswap_cause_get_name(cgswap_cause_get_at(i)));
	snprintf(message, sizeof(message), "unknown cause '%s'", name);
	suggest_write(&suggestion, remedy, sizeof(remedy),
		      "run `cgswap explain` to list all causes");
	return report_usage(options, message, remedy);
}

enum exit_status cmd_explain(const struct options *options)
{
	enum cgswap_cause cause = CGSWAP_CAUSE_NONE;
	bool printed;

	if (options->length > 0) {
		cause = cgswap_cause_get_by_name(options->arguments[0]);
		if (cause == CGSWAP_CAUSE_NONE)
			return error_unknown_cause(options, options->arguments[0]);
	}
	if (options->given & OPTION_JSON)
		printed = explain_print_json(cause);
	else if (cause == CGSWAP_CAUSE_NONE)
		printed = explain_print_all();
	else
		printed = explain_print_one(cause);
	return printed ? EXIT_DONE : report_no_memory(options, false);
}
