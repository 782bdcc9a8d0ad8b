/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "json_record.h"
#include "open.h"
#include "report.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

static json_t *history_json_one(const void *history, size_t i)
{
	json_t *o = json_object();
	bool ok = json_put_record(o, &record_transaction,
				  (struct record_place){ .h = history, .i = i }, 0);

	return json_finish(o, ok);
}

/* ---- the table ------------------------------------------------------------------------------- */

static json_t *history_ended_text(const json_t *transaction)
{
	json_t *by = json_object_get(transaction, "undone_by"),
	       *undoes = json_object_get(transaction, "undoes");
	const char *ended = json_string_value(json_object_get(transaction, "ended"));
	char text[64];

	snprintf(text, sizeof(text), "%s", ended ? ended : "shut down");
	if (json_is_integer(by))
		snprintf(text, sizeof(text), "taken back by %" JSON_INTEGER_FORMAT,
			 json_integer_value(by));
	else if (json_is_integer(undoes) && ended && strcmp(ended, "done") == 0)
		snprintf(text, sizeof(text), "took back %" JSON_INTEGER_FORMAT,
			 json_integer_value(undoes));
	return json_text(text);
}

/* The memory of what is held. */
static json_t *history_held_text(const json_t *transaction)
{
	double bytes = json_number_value(json_object_get(transaction, "memory"));
	char text[32];

	if (!json_is_true(json_object_get(transaction, "held")))
		return json_null();
	snprintf(text, sizeof(text), "%.0f KiB", (bytes + 1023) / 1024);
	return json_text(text);
}

/* The program of the first change, and how many others there are. */
static json_t *history_program_text(const json_t *transaction, const char *id, const char *name)
{
	const json_t *changes = json_object_get(transaction, "changes");
	const json_t *first = json_array_get(changes, 0);
	const char *its_name = json_string_value(json_object_get(first, name));
	char text[256];
	int length;

	if (!first)
		return json_null();
	length = snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT " %.128s",
			  json_integer_value(json_object_get(first, id)), its_name ? its_name : "");
	if (json_array_size(changes) > 1)
		snprintf(text + length, sizeof(text) - (size_t)length, " and %zu more",
			 json_array_size(changes) - 1);
	return json_text(text);
}

static bool history_complete(json_t *transaction)
{
	return json_put(transaction, "old",
			history_program_text(transaction, "old_id", "old_name")) &&
	       json_put(transaction, "new",
			history_program_text(transaction, "new_id", "new_name")) &&
	       json_put(transaction, "end", history_ended_text(transaction)) &&
	       json_put(transaction, "holds", history_held_text(transaction));
}

static bool history_print_constants(const json_t *transaction)
{
	const json_t *constants = json_object_get(transaction, "constants"), *constant;
	size_t i;

	json_array_foreach(constants, i, constant)
		printf("Transaction %" JSON_INTEGER_FORMAT " set constant %s of program "
		       "%" JSON_INTEGER_FORMAT " to %s.\n",
		       json_integer_value(json_object_get(transaction, "id")),
		       json_string_value(json_object_get(constant, "name")),
		       json_integer_value(json_object_get(constant, "program_id")),
		       json_string_value(json_object_get(constant, "value")));
	return json_array_size(constants) != 0;
}

static bool history_print(json_t *list)
{
	static const struct column columns[] = {
		{ "ID", COLUMN_RIGHT, "id" },
		{ "BEGAN", 0, "began_at" },
		{ "UID", COLUMN_RIGHT, "uid" },
		{ "STEPS", COLUMN_RIGHT, "steps" },
		{ "OLD", COLUMN_CUT, "old" },
		{ "NEW", COLUMN_CUT, "new" },
		{ "END", 0, "end" },
		{ "HELD", COLUMN_RIGHT, "holds" },
		{ 0 },
	};
	json_t *transaction;
	bool ok = true;
	size_t i;

	if (!json_array_size(list)) {
		printf("The history has no transactions.\n");
		return true;
	}
	json_array_foreach(list, i, transaction) ok = ok && history_complete(transaction);
	ok = ok && table_print_list(columns, list);
	json_array_foreach(list, i, transaction) if (ok) history_print_constants(transaction);
	return ok;
}

enum exit_status cmd_history(const struct options *options)
{
	enum exit_status status;
	cgswap_history *history;
	cgswap_session *session;
	json_t *list;
	bool ok;

	status = open_session(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_history_open(&history, session) != CGSWAP_OK) {
		status = report_last_error(options);
	} else {
		list = json_list(cgswap_history_get_length(history), history_json_one, history);
		if (options->given & OPTION_JSON) {
			ok = json_print(json_wrap("transactions", list));
		} else {
			ok = list && history_print(list);
			json_decref(list);
		}
		if (!ok)
			status = report_no_memory(options, false);
		cgswap_history_unref(history);
	}
	cgswap_session_unref(session);
	return status;
}
