/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "base/suggest.h"
#include "report.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

static json_t *explain_json(enum cgswap_cause cause)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "cause",
			 json_text(cgswap_cause_get_name(cause)), "status",
			 json_text(cgswap_status_get_name(cgswap_cause_get_status(cause))),
			 "errnos", json_words(cgswap_cause_get_errnos(cause)), "meaning",
			 json_text(cgswap_cause_get_meaning(cause)), "remedy",
			 json_text(cgswap_cause_get_remedy(cause)), "example",
			 json_text(cgswap_cause_get_example(cause)));
}

static json_t *explain_json_at(const void *unused, size_t i)
{
	(void)unused;
	return explain_json(cgswap_cause_get_at(i));
}

static bool explain_print_all(const json_t *o)
{
	static const struct column columns[] = {
		{ "CAUSE", 0, "cause" },
		{ "STATUS", COLUMN_SPARE, "status" },
		{ "ERRNOS", 0, "errnos" },
		{ "MEANING", COLUMN_WRAP, "meaning" },
		{ 0 },
	};

	return table_print_list(columns, json_object_get(o, "causes"));
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

static bool explain_print_one(const json_t *o)
{
	static const char *const terms[] = { "meaning", "errnos", "status", "remedy" };
	const json_t *cause = json_array_get(json_object_get(o, "causes"), 0);
	struct table table;
	bool printed;
	size_t i;

	table_init_terms(&table);
	for (i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		table_put(&table, terms[i]);
		table_put_value(&table, json_object_get(cause, terms[i]), "-");
	}
	put_cause_example(&table, json_string_value(json_object_get(cause, "example")));
	table_print_heading(json_string_value(json_object_get(cause, "cause")));
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
	if (cause == CGSWAP_CAUSE_NONE)
		printed = json_print_or(options->given & OPTION_JSON,
					json_wrap("causes", json_list(cgswap_cause_get_count(),
								      explain_json_at, NULL)),
					explain_print_all);
	else
		printed = json_print_or(options->given & OPTION_JSON,
					json_pack("{s:[o]}", "causes", explain_json(cause)),
					explain_print_one);
	return printed ? EXIT_DONE : report_no_memory(options, false);
}
