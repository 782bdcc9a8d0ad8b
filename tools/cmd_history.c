/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "json_record.h"
#include "open.h"
#include "report.h"
#include "table.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static json_t *history_json_one(const void *history, size_t i)
{
	json_t *o = json_object();
	bool ok = json_put_record(o, &record_transaction,
				  (struct record_place){ .h = history, .i = i }, 0);

	return json_finish(o, ok);
}

/* More rows of one transaction, or constants, would hide the other transactions. */
enum { CHANGES_SHOWN = 4, CONSTANTS_SHOWN = 4 };

/* ---- the table ------------------------------------------------------------------------------- */

static void history_end_text(char *text, size_t size, const json_t *transaction)
{
	json_t *by = json_object_get(transaction, "undone_by"),
	       *undoes = json_object_get(transaction, "undoes");
	const char *ended = json_string_value(json_object_get(transaction, "ended"));

	bool now = json_is_true(json_object_get(transaction, "of_this_boot"));

	snprintf(text, size, "%s", ended ? ended : now ? "not ended" : "shut down");
	if (json_is_integer(by))
		snprintf(text, size, "taken back by %" JSON_INTEGER_FORMAT, json_integer_value(by));
	else if (json_is_integer(undoes) && ended && strcmp(ended, "done") == 0)
		snprintf(text, size, "took back %" JSON_INTEGER_FORMAT, json_integer_value(undoes));
}

/* The memory of what is held. */
static void history_held_text(char *text, size_t size, const json_t *transaction)
{
	json_int_t bytes = json_integer_value(json_object_get(transaction, "memory"));

	snprintf(text, size, "%s", "-");
	if (json_is_true(json_object_get(transaction, "held")))
		snprintf(text, size, "%" JSON_INTEGER_FORMAT " KiB", (bytes + 1023) / 1024);
}

static void history_put_heading(struct table *table, const json_t *transaction)
{
	const char *began = json_string_value(json_object_get(transaction, "began_at"));
	char text[128];

	snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT "  %s  user %" JSON_INTEGER_FORMAT,
		 json_integer_value(json_object_get(transaction, "id")), began ? began : "?",
		 json_integer_value(json_object_get(transaction, "uid")));
	table_put_heading(table, text);
}

/* One row for the pairs of programs that have none. */
static void history_put_others(struct table *table, const json_t *changes)
{
	json_int_t steps = 0;

	for (size_t i = CHANGES_SHOWN; i < json_array_size(changes); i++)
		steps += json_integer_value(json_object_get(json_array_get(changes, i), "steps"));
	table_put_number(table, (uint64_t)steps);
	for (size_t i = 0; i < 2; i++) {
		table_put(table, "others");
		table_put(table, "");
	}
	table_put(table, "");
	table_put(table, "");
}

/*
 * A row for each pair of an old and a new program; the first one has what concerns all. Returns
 * true if there are more pairs than rows.
 */
static bool history_put(struct table *table, const json_t *transaction)
{
	static const char *const keys[] = { "steps", "old_id", "old_name", "new_id", "new_name" };
	const json_t *changes = json_object_get(transaction, "changes");
	char end[64], held[32];
	size_t row = 0;

	history_put_heading(table, transaction);
	history_held_text(held, sizeof(held), transaction);
	history_end_text(end, sizeof(end), transaction);
	do {
		const json_t *change = json_array_get(changes, row);

		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
			table_put_value(table, json_object_get(change, keys[i]), "-");
		table_put(table, row ? "" : held);
		table_put(table, row ? "" : end);
	} while (++row < json_array_size(changes) && row < CHANGES_SHOWN);
	if (row >= json_array_size(changes))
		return false;
	history_put_others(table, changes);
	return true;
}

static void history_print_constant(const json_t *transaction, const json_t *constant)
{
	report_sentence("Transaction %" JSON_INTEGER_FORMAT
			" set constant %s of program %" JSON_INTEGER_FORMAT " to %s.",
			json_integer_value(json_object_get(transaction, "id")),
			json_string_value(json_object_get(constant, "name")),
			json_integer_value(json_object_get(constant, "program_id")),
			json_string_value(json_object_get(constant, "value")));
}

static void history_print_constants(const json_t *transaction)
{
	const json_t *constants = json_object_get(transaction, "constants"), *constant;
	size_t i;

	json_array_foreach(constants, i, constant) if (i < CONSTANTS_SHOWN)
		history_print_constant(transaction, constant);
	if (i > CONSTANTS_SHOWN)
		report_sentence("Transaction %" JSON_INTEGER_FORMAT
				" set %zu more constants, which --json lists.",
				json_integer_value(json_object_get(transaction, "id")),
				i - CONSTANTS_SHOWN);
}

static bool history_print(const json_t *o, const struct options *options)
{
	static const struct column columns[] = {
		{ "STEPS", COLUMN_RIGHT | COLUMN_SPARE, NULL },
		{ "OLD", COLUMN_RIGHT, NULL },
		{ "NAME", COLUMN_CUT, NULL },
		{ "NEW", COLUMN_RIGHT, NULL },
		{ "NAME", COLUMN_CUT, NULL },
		{ "HELD", COLUMN_RIGHT, NULL },
		{ "END", COLUMN_WRAP, NULL },
		{ 0 },
	};
	const json_t *list = json_object_get(o, "transactions"), *transaction;
	struct table table;
	bool printed, others = false;
	char directory[PATH_MAX];
	size_t i;

	if (!json_array_size(list)) {
		report_sentence("The history in '%s' has no transactions.",
				open_journals_text(directory, sizeof(directory), options));
		return true;
	}
	table_init(&table, columns);
	table.indent = 2;
	json_array_foreach(list, i, transaction) others |= history_put(&table, transaction);
	printed = table_print(&table);
	table_free(&table);
	if (others)
		report_sentence("--json lists all pairs of an old and a new program.");
	json_array_foreach(list, i, transaction) if (printed) history_print_constants(transaction);
	return printed;
}

static enum exit_status history_run(const struct options *options, cgswap_session *session)
{
	cgswap_history *history;
	json_t *list, *object;
	bool ok;

	if (cgswap_history_open(&history, session) != CGSWAP_OK)
		return report_last_error(options);
	list = json_list(cgswap_history_get_length(history), history_json_one, history);
	object = json_wrap("transactions", list);
	if (options->given & OPTION_JSON) {
		ok = json_print(object);
	} else {
		ok = object && history_print(object, options);
		json_decref(object);
	}
	cgswap_history_unref(history);
	return ok ? EXIT_DONE : report_no_memory(options, false);
}

enum exit_status cmd_history(const struct options *options)
{
	return open_session_and_run(options, history_run);
}
