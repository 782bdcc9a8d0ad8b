/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "report_line.h"
#include "json_record.h"
#include "open.h"
#include "print_chain.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

static json_t *find_json(const cgswap_find *find)
{
	json_t *o = json_object();

	return json_finish(
		o, json_put_record(o, &record_found, (struct record_place){ .h = find }, 0));
}

/* ---- entries, each below its cgroup ------------------------------------------------------------
 */

static bool links_are_unread(const json_t *found)
{
	json_t *unread;
	size_t i;

	json_array_foreach(json_object_get(found, "unread"), i, unread)
	{
		if (!strcmp(json_string_value(json_object_get(unread, "list")), "links"))
			return true;
	}
	return false;
}

static bool has_same(const json_t *a, const json_t *b, const char *key)
{
	return json_equal(json_object_get(a, key), json_object_get(b, key));
}

static bool is_of_chain(const json_t *a, const json_t *b)
{
	return a && has_same(a, b, "attach_type") && has_same(a, b, "cgroup");
}

/* The library does not say which of several entries of a program in one chain the links hold. */
static bool is_one_of_several(const json_t *entries, size_t entry)
{
	const json_t *one = json_array_get(entries, entry);
	size_t first = entry, i;

	/* those of a chain are together */
	while (first > 0 && is_of_chain(json_array_get(entries, first - 1), one))
		first--;
	for (i = first; is_of_chain(json_array_get(entries, i), one); i++) {
		if (i != entry && has_same(json_array_get(entries, i), one, "program_id"))
			return true;
	}
	return false;
}

static bool put_found_entries(struct table *table, const json_t *found)
{
	const json_t *entries = json_object_get(found, "entries"), *before = NULL;
	json_t *entry;
	bool ok = true;
	size_t i;

	json_array_foreach(entries, i, entry)
	{
		if (!before || !has_same(before, entry, "cgroup"))
			table_put_heading(table,
					  json_string_value(json_object_get(entry, "cgroup")));
		before = entry;
		if (json_is_null(json_object_get(entry, "link_id")) &&
		    (links_are_unread(found) || is_one_of_several(entries, i)))
			ok &= json_put(entry, "link_id", json_text("?"));
		ok &= print_put_short_type(entry);
		table_put_object(table, entry);
	}
	return ok;
}

static bool print_found_entries(const json_t *found)
{
	static const struct column columns[] = {
		{ "TYPE", 0, "type" },
		{ "POS", COLUMN_RIGHT, "position" },
		{ "PROGRAM", COLUMN_RIGHT, "program_id" },
		{ "LINK", COLUMN_RIGHT, "link_id" },
		{ 0 },
	};
	struct table table;
	bool printed;

	putchar('\n');
	if (json_array_size(json_object_get(found, "entries")) == 0)
		puts("no chain has it");
	table_init(&table, columns);
	table.indent = 2;
	printed = put_found_entries(&table, found) && table_print(&table);
	table_free(&table);
	return printed;
}

/* ---- links -------------------------------------------------------------------------------------
 */

/* The path of the link's cgroup, if an entry has it. */
static json_t *link_cgroup(const json_t *found, const json_t *link)
{
	const json_t *id = json_object_get(link, "cgroup_id");
	json_t *entry;
	size_t i;

	if (json_is_null(id))
		return json_text("none");
	json_array_foreach(json_object_get(found, "entries"), i, entry)
	{
		if (json_equal(json_object_get(entry, "cgroup_id"), id))
			return json_incref(json_object_get(entry, "cgroup"));
	}
	return json_sprintf("unknown, with the id %" JSON_INTEGER_FORMAT, json_integer_value(id));
}

static bool print_found_links(const json_t *found)
{
	static const struct column columns[] = {
		{ "LINK", COLUMN_RIGHT, "id" },
		{ "PROGRAM", COLUMN_RIGHT, "program_id" },
		{ "TYPE", COLUMN_SPARE, "type" },
		{ "CGROUP", 0, "cgroup" },
		{ 0 },
	};
	json_t *links = json_object_get(found, "links"), *link;
	bool ok = true;
	size_t i;

	json_array_foreach(links, i, link)
	{
		ok &= print_put_short_type(link);
		ok &= json_put(link, "cgroup", link_cgroup(found, link));
	}
	return ok && table_print_next_list(columns, links);
}

/* ---- the command -------------------------------------------------------------------------------
 */

/* Prints a list, or that it is empty. */
static bool print_found_list(const struct column *columns, const json_t *list, const char *none)
{
	if (json_array_size(list) == 0)
		printf("\n%s\n", none);
	return table_print_next_list(columns, list);
}

static bool print_found(const json_t *found)
{
	static const struct column programs[] = {
		{ "PROGRAM", COLUMN_RIGHT, "id" },
		{ "NAME", COLUMN_CUT, "name" },
		{ "TAG", COLUMN_SPARE, "tag" },
		{ "TYPE", 0, "type" },
		{ 0 },
	};
	static const struct column pins[] = {
		{ "PROGRAM", COLUMN_RIGHT, "program_id" },
		{ "LINK", COLUMN_RIGHT, "link_id" },
		{ "PIN", 0, "path" },
		{ 0 },
	};
	static const struct column processes[] = {
		{ "PROGRAM", COLUMN_RIGHT, "program_id" },
		{ "LINK", COLUMN_RIGHT, "link_id" },
		{ "PROCESS", COLUMN_RIGHT, "id" },
		{ "COMMAND", 0, "command" },
		{ 0 },
	};

	return table_print_list(programs, json_object_get(found, "programs")) &&
	       print_found_entries(found) && print_found_links(found) &&
	       print_found_list(pins, json_object_get(found, "pins"), "no pin names it") &&
	       print_found_list(processes, json_object_get(found, "processes"),
				"no process has it open");
}

static enum exit_status report_unread(const struct options *options, const cgswap_find *find)
{
	size_t count = cgswap_find_get_unread_count(find), i;

	for (i = 0; i < count; i++) {
		report_line(options, "not complete: %s", cgswap_find_get_unread_reason(find, i));
	}
	return count > 0 ? EXIT_REFUSED : EXIT_DONE;
}

static enum exit_status find_run(const struct options *options, cgswap_session *session)
{
	enum exit_status status;
	cgswap_find *find;

	if (cgswap_find_open(&find, session, options->arguments[0], CGSWAP_FIND_ALL) != CGSWAP_OK)
		status = report_last_error(options);
	else if (!json_print_or(options->given & OPTION_JSON, find_json(find), print_found))
		status = report_no_memory(options, false);
	else
		status = report_unread(options, find);
	cgswap_find_unref(find);
	return status;
}

enum exit_status cmd_find(const struct options *options)
{
	return open_session_and_run(options, find_run);
}
