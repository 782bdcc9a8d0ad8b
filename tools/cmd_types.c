/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "chain_set.h"
#include "json.h"
#include "open.h"
#include "table.h"

static bool type_list_has(const struct type_list *list, size_t type)
{
	size_t i;

	for (i = 0; i < list->length; i++) {
		if (list->types[i] == type)
			return true;
	}
	return false;
}

static json_t *json_attach_type(const void *list, size_t i)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:b}", "name", json_text(cgswap_attach_type_get_name(i)),
		"short_name", json_text(cgswap_attach_type_get_short_name(i)), "program_type",
		json_text(cgswap_attach_type_get_program_type(i)), "sections",
		json_words(cgswap_attach_type_get_sections(i)), "sees",
		json_text(cgswap_attach_type_get_sees(i)), "supported", type_list_has(list, i));
}

static bool print_types(const json_t *o)
{
	static const struct column columns[] = {
		{ "TYPE", 0, "short_name" },
		{ "FULL NAME", COLUMN_SPARE, "name" },
		{ "PROGRAM TYPE", COLUMN_SPARE, "program_type" },
		{ "SEC()", COLUMN_SPARE, "sections" },
		{ "HERE", 0, "supported" },
		{ "A PROGRAM SEES", COLUMN_WRAP, "sees" },
		{ 0 },
	};

	return table_print_list(columns, json_object_get(o, "types"));
}

static enum exit_status types_run(const struct options *options, cgswap_session *session)
{
	size_t count = cgswap_attach_type_get_count();
	struct type_list list;

	if (type_list_read(&list, session) != CGSWAP_OK)
		return report_last_error(options);
	return json_print_or(options->given & OPTION_JSON,
			     json_wrap("types", json_list(count, json_attach_type, &list)),
			     print_types)
		       ? EXIT_DONE
		       : report_no_memory(options, false);
}

enum exit_status cmd_types(const struct options *options)
{
	return open_session_and_run(options, types_run);
}
