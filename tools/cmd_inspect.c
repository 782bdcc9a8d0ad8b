/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "escape.h"
#include "json_record.h"
#include "open.h"
#include "print_cells.h"
#include "table.h"

#include <stdio.h>

static json_t *inspect_json(const char *file, const cgswap_object *object)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "object", json_text(file));
	ok &= json_put_record(o, &record_object, (struct record_place){ .h = object }, 0);
	return json_finish(o, ok);
}

static void put_program_row(struct table *table, const void *object, size_t i)
{
	table_put(table, cgswap_object_get_program_name(object, i));
	table_put(table, cgswap_object_get_program_section(object, i));
	cell_text(table, cgswap_object_get_program_type(object, i));
	cell_text(table, cgswap_object_get_program_attach_type(object, i));
	table_put_number(table, cgswap_object_get_program_length(object, i));
}

static void put_map_row(struct table *table, const void *object, size_t i)
{
	table_put(table, cgswap_object_get_map_name(object, i));
	cell_text(table, cgswap_object_get_map_type(object, i));
	table_put_number(table, cgswap_object_get_map_key_size(object, i));
	table_put_number(table, cgswap_object_get_map_value_size(object, i));
	table_put_number(table, cgswap_object_get_map_max_entries(object, i));
}

static void put_metadata_row(struct table *table, const void *object, size_t i)
{
	table_put(table, cgswap_object_get_metadata_name(object, i));
	table_put(table, cgswap_object_get_metadata_value(object, i));
}

static bool inspect_print_tables(const cgswap_object *object)
{
	static const struct column program_columns[] = {
		{ "PROGRAM", COLUMN_CUT }, { "SECTION", COLUMN_CUT | COLUMN_SPARE },
		{ "TYPE", COLUMN_SPARE },  { "ATTACH TYPE", 0 },
		{ "INSNS", COLUMN_RIGHT }, { 0 },
	};
	static const struct column map_columns[] = {
		{ "MAP", COLUMN_CUT },       { "TYPE", 0 },
		{ "KEY", COLUMN_RIGHT },     { "VALUE", COLUMN_RIGHT },
		{ "ENTRIES", COLUMN_RIGHT }, { 0 },
	};
	static const struct column metadata_columns[] = {
		{ "METADATA", 0 },
		{ "VALUE", COLUMN_WRAP },
		{ 0 },
	};
	size_t programs = cgswap_object_get_program_count(object);
	size_t maps = cgswap_object_get_map_count(object);
	size_t metadata = cgswap_object_get_metadata_count(object);

	if (!table_print_rows(program_columns, programs, put_program_row, object))
		return false;
	if (maps > 0)
		putchar('\n');
	if (!table_print_rows(map_columns, maps, put_map_row, object))
		return false;
	if (metadata > 0)
		putchar('\n');
	return table_print_rows(metadata_columns, metadata, put_metadata_row, object);
}

static bool inspect_print_text(const char *file, const cgswap_object *object)
{
	const char *license = cgswap_object_get_license(object);
	const char *note = cgswap_object_get_note(object);

	escape_print(stdout, file);
	fputs(*license ? ": license " : ": no license", stdout);
	escape_print(stdout, license);
	putchar('\n');
	if (*note) {
		fputs("note: ", stdout);
		escape_print(stdout, note);
		putchar('\n');
	}
	return inspect_print_tables(object);
}

enum exit_status cmd_inspect(const struct options *options)
{
	const char *file = options->arguments[0];
	enum exit_status status;
	cgswap_session *session;
	cgswap_object *object;
	bool printed;

	status = open_session(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_object_open(&object, session, file) != CGSWAP_OK) {
		status = report_last_error(options);
		goto out_session;
	}
	if (options->given & OPTION_JSON)
		printed = json_print(inspect_json(file, object));
	else
		printed = inspect_print_text(file, object);
	if (!printed)
		status = report_no_memory(options, false);
	cgswap_object_unref(object);
out_session:
	cgswap_session_unref(session);
	return status;
}
