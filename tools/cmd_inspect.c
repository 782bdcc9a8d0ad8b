/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "print_cells.h"
#include "json.h"
#include "escape.h"
#include "error_report.h"
#include "print_chain.h"

#include <stdio.h>

static json_t *json_program(const cgswap_object *object, size_t i)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "name", json_text(cgswap_object_get_program_name(object, i)));
	ok &= json_put(o, "section", json_text(cgswap_object_get_program_section(object, i)));
	ok &= json_put(o, "type", json_text_or_null(cgswap_object_get_program_type(object, i)));
	ok &= json_put(o, "attach_type",
		       json_text_or_null(cgswap_object_get_program_attach_type(object, i)));
	ok &= json_put(o, "instructions", json_number(cgswap_object_get_program_length(object, i)));
	return json_all(o, ok);
}

static json_t *json_map(const cgswap_object *object, size_t i)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "name", json_text(cgswap_object_get_map_name(object, i)));
	ok &= json_put(o, "type", json_text_or_null(cgswap_object_get_map_type(object, i)));
	ok &= json_put(o, "key_size", json_number(cgswap_object_get_map_key_size(object, i)));
	ok &= json_put(o, "value_size", json_number(cgswap_object_get_map_value_size(object, i)));
	ok &= json_put(o, "max_entries", json_number(cgswap_object_get_map_max_entries(object, i)));
	return json_all(o, ok);
}

static json_t *json_list(const cgswap_object *object, size_t length,
			 json_t *(*make)(const cgswap_object *object, size_t i))
{
	json_t *list = json_array();
	size_t i;
	bool ok = true;

	for (i = 0; i < length && ok; i++)
		ok = json_add(list, make(object, i));
	return json_all(list, ok);
}

static json_t *json_metadata(const cgswap_object *object)
{
	json_t *o = json_object();
	size_t i;
	bool ok = true;

	for (i = 0; i < cgswap_object_get_metadata_count(object) && ok; i++)
		ok = json_put_named(o, cgswap_object_get_metadata_name(object, i),
				    json_text(cgswap_object_get_metadata_value(object, i)));
	return json_all(o, ok);
}

static json_t *json_inspected(const char *file, const cgswap_object *object)
{
	size_t programs = cgswap_object_get_program_count(object);
	size_t maps = cgswap_object_get_map_count(object);
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "object", json_text(file));
	ok &= json_put(o, "license", json_text_or_null(cgswap_object_get_license(object)));
	ok &= json_put(o, "programs", json_list(object, programs, json_program));
	ok &= json_put(o, "maps", json_list(object, maps, json_map));
	ok &= json_put(o, "metadata", json_metadata(object));
	return json_all(o, ok);
}

static bool print_programs(const cgswap_object *object)
{
	static const struct column columns[] = {
		{ "PROGRAM", COLUMN_CUT }, { "SECTION", COLUMN_CUT }, { "TYPE", 0 }, { "HOOK", 0 },
		{ "INSNS", COLUMN_RIGHT },
	};
	struct table table;
	size_t i;
	bool ok;

	table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < cgswap_object_get_program_count(object); i++) {
		table_put(&table, cgswap_object_get_program_name(object, i));
		table_put(&table, cgswap_object_get_program_section(object, i));
		cell_text(&table, cgswap_object_get_program_type(object, i));
		cell_text(&table, cgswap_object_get_program_attach_type(object, i));
		table_put_number(&table, cgswap_object_get_program_length(object, i));
	}
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

static bool print_maps(const cgswap_object *object)
{
	static const struct column columns[] = {
		{ "MAP", COLUMN_CUT },       { "TYPE", 0 },
		{ "KEY", COLUMN_RIGHT },     { "VALUE", COLUMN_RIGHT },
		{ "ENTRIES", COLUMN_RIGHT },
	};
	struct table table;
	size_t i;
	bool ok;

	table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < cgswap_object_get_map_count(object); i++) {
		table_put(&table, cgswap_object_get_map_name(object, i));
		cell_text(&table, cgswap_object_get_map_type(object, i));
		table_put_number(&table, cgswap_object_get_map_key_size(object, i));
		table_put_number(&table, cgswap_object_get_map_value_size(object, i));
		table_put_number(&table, cgswap_object_get_map_max_entries(object, i));
	}
	if (table.length > 0)
		putchar('\n');
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

static bool print_metadata(const cgswap_object *object)
{
	static const struct column columns[] = {
		{ "METADATA", 0 },
		{ "VALUE", COLUMN_WRAP },
	};
	struct table table;
	size_t i;
	bool ok;

	table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < cgswap_object_get_metadata_count(object); i++) {
		table_put(&table, cgswap_object_get_metadata_name(object, i));
		table_put(&table, cgswap_object_get_metadata_value(object, i));
	}
	if (table.length > 0)
		putchar('\n');
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

static bool print_text(const char *file, const cgswap_object *object)
{
	const char *license = cgswap_object_get_license(object);

	plain_print(stdout, file);
	fputs(*license ? ": license " : ": no license", stdout);
	plain_print(stdout, license);
	putchar('\n');
	return print_programs(object) && print_maps(object) && print_metadata(object);
}

enum exit_status cmd_inspect(const struct options *options)
{
	const char *file = options->arguments[0];
	enum exit_status status;
	cgswap_session *session;
	cgswap_object *object;
	bool printed;

	status = view_session_open(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_object_open(&object, session, file) != CGSWAP_OK) {
		status = refuse_last(options);
		goto out_session;
	}
	if (options->given & OPTION_JSON)
		printed = json_print(json_inspected(file, object));
	else
		printed = print_text(file, object);
	if (!printed)
		status = refuse_memory(options, false);
	cgswap_object_unref(object);
out_session:
	cgswap_session_unref(session);
	return status;
}
