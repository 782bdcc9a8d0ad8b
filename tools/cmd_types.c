/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "chain_set.h"
#include "json.h"
#include "open.h"
#include "table.h"

#include <string.h>

static bool type_list_has(const struct type_list *list, size_t type)
{
	size_t i;

	for (i = 0; i < list->length; i++) {
		if (list->types[i] == type)
			return true;
	}
	return false;
}

static json_t *json_sections(size_t type)
{
	const char *name = cgswap_attach_type_get_sections(type);
	json_t *list = json_array();
	bool ok = true;

	for (; *name && ok; name += strspn(name, " ")) {
		ok = json_add(list, json_stringn(name, strcspn(name, " ")));
		name += strcspn(name, " ");
	}
	return json_finish(list, ok);
}

static json_t *json_attach_type(const void *list, size_t i)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "name", json_text(cgswap_attach_type_get_name(i)));
	ok &= json_put(o, "short_name", json_text(cgswap_attach_type_get_short_name(i)));
	ok &= json_put(o, "program_type", json_text(cgswap_attach_type_get_program_type(i)));
	ok &= json_put(o, "sections", json_sections(i));
	ok &= json_put(o, "sees", json_text(cgswap_attach_type_get_sees(i)));
	ok &= json_put(o, "supported", json_boolean(type_list_has(list, i)));
	return json_finish(o, ok);
}

static void put_type_row(struct table *table, const void *list, size_t i)
{
	table_put(table, cgswap_attach_type_get_short_name(i));
	table_put(table, cgswap_attach_type_get_name(i));
	table_put(table, cgswap_attach_type_get_program_type(i));
	table_put(table, cgswap_attach_type_get_sections(i));
	table_put(table, type_list_has(list, i) ? "yes" : "no");
	table_put(table, cgswap_attach_type_get_sees(i));
}

enum exit_status cmd_types(const struct options *options)
{
	static const struct column columns[] = {
		{ "TYPE", 0 },
		{ "FULL NAME", COLUMN_SPARE },
		{ "PROGRAM TYPE", COLUMN_SPARE },
		{ "SEC()", COLUMN_SPARE },
		{ "HERE", 0 },
		{ "A PROGRAM SEES", COLUMN_WRAP },
		{ 0 },
	};
	size_t count = cgswap_attach_type_get_count();
	enum exit_status status;
	cgswap_session *session;
	struct type_list list;
	bool printed;

	status = open_session(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (type_list_read(&list, session) != CGSWAP_OK) {
		status = report_last_error(options);
		goto out;
	}
	if (options->given & OPTION_JSON)
		printed = json_print(json_wrap("types", json_list(count, json_attach_type, &list)));
	else
		printed = table_print_rows(columns, count, put_type_row, &list);
	if (!printed)
		status = report_no_memory(options, false);
out:
	cgswap_session_unref(session);
	return status;
}
