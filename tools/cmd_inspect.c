/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "escape.h"
#include "json_record.h"
#include "open.h"
#include "table.h"

#include <stdio.h>

static json_t *inspect_json(const char *file, const cgswap_object *object)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put_name(o, "object", file);
	ok &= json_put_record(o, &record_object, (struct record_place){ .h = object }, 0);
	return json_finish(o, ok);
}

static bool print_metadata(json_t *metadata)
{
	static const struct column columns[] = {
		{ "METADATA", 0, NULL },
		{ "VALUE", COLUMN_WRAP, NULL },
		{ 0 },
	};
	struct table table;
	const char *name;
	json_t *value;
	bool ok;

	table_init(&table, columns);
	json_object_foreach(metadata, name, value)
	{
		table_put(&table, name);
		table_put(&table, json_string_value(value));
	}
	if (!table_is_empty(&table))
		putchar('\n');
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

static bool inspect_print(const json_t *o)
{
	static const struct column program_columns[] = {
		{ "PROGRAM", COLUMN_CUT, "name" },
		{ "SECTION", COLUMN_CUT | COLUMN_SPARE, "section" },
		{ "TYPE", COLUMN_SPARE, "type" },
		{ "ATTACH TYPE", 0, "attach_type" },
		{ "INSNS", COLUMN_RIGHT, "instructions" },
		{ 0 },
	};
	static const struct column map_columns[] = {
		{ "MAP", COLUMN_CUT, "name" },
		{ "TYPE", 0, "type" },
		{ "KEY", COLUMN_RIGHT, "key_size" },
		{ "VALUE", COLUMN_RIGHT, "value_size" },
		{ "ENTRIES", COLUMN_RIGHT, "max_entries" },
		{ 0 },
	};
	const char *license = json_string_value(json_object_get(o, "license"));
	const char *note = json_string_value(json_object_get(o, "note"));

	escape_print(stdout, json_string_value(json_object_get(o, "object")));
	fputs(license ? ": license " : ": no license", stdout);
	escape_print(stdout, license ? license : "");
	putchar('\n');
	if (note) {
		fputs("note: ", stdout);
		escape_print(stdout, note);
		putchar('\n');
	}
	return table_print_list(program_columns, json_object_get(o, "programs")) &&
	       table_print_next_list(map_columns, json_object_get(o, "maps")) &&
	       print_metadata(json_object_get(o, "metadata"));
}

enum exit_status cmd_inspect(const struct options *options)
{
	const char *file = options->arguments[0];
	enum exit_status status;
	cgswap_session *session;
	cgswap_object *object;

	status = open_session(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_object_open(&object, session, file) != CGSWAP_OK) {
		status = report_last_error(options);
		goto out_session;
	}
	if (!json_print_or(options->given & OPTION_JSON, inspect_json(file, object), inspect_print))
		status = report_no_memory(options, false);
	cgswap_object_unref(object);
out_session:
	cgswap_session_unref(session);
	return status;
}
