/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "escape.h"
#include "json_record.h"
#include "open.h"
#include "print_cells.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static json_t *find_json(const cgswap_find *find)
{
	json_t *o = json_object();

	return json_finish(
		o, json_put_record(o, &record_found, (struct record_place){ .h = find }, 0));
}

static bool find_lacks(const cgswap_find *find, const char *list)
{
	size_t i;

	for (i = 0; i < cgswap_find_get_unread_count(find); i++) {
		if (strcmp(cgswap_find_get_unread_list(find, i), list) == 0)
			return true;
	}
	return false;
}

static const char *short_type(const char *name)
{
	size_t i;

	for (i = 0; i < cgswap_attach_type_get_count(); i++) {
		if (strcmp(cgswap_attach_type_get_name(i), name) == 0)
			return cgswap_attach_type_get_short_name(i);
	}
	return "";
}

/* ---- programs ---------------------------------------------------------------------------------
 */

static void put_found_program(struct table *table, const void *find, size_t i)
{
	table_put_number(table, cgswap_find_get_program_id(find, i));
	cell_text(table, cgswap_find_get_program_name(find, i));
	cell_text(table, cgswap_find_get_program_tag(find, i));
	cell_text(table, cgswap_find_get_program_type(find, i));
}

static bool print_found_programs(const cgswap_find *find)
{
	static const struct column columns[] = {
		{ "PROGRAM", COLUMN_RIGHT },
		{ "NAME", COLUMN_CUT },
		{ "TAG", COLUMN_SPARE },
		{ "TYPE", 0 },
		{ 0 },
	};

	return table_print_rows(columns, cgswap_find_get_program_count(find), put_found_program,
				find);
}

/* ---- entries, each below its cgroup ------------------------------------------------------------
 */

static bool same_chain(const cgswap_find *find, size_t a, size_t b)
{
	return !strcmp(cgswap_find_get_entry_attach_type(find, a),
		       cgswap_find_get_entry_attach_type(find, b)) &&
	       !strcmp(cgswap_find_get_entry_cgroup(find, a),
		       cgswap_find_get_entry_cgroup(find, b));
}

/* The library does not say which of several entries of a program in one chain the links hold. */
static bool link_is_known(const cgswap_find *find, size_t entry)
{
	uint32_t id = cgswap_find_get_entry_program_id(find, entry);
	size_t count = cgswap_find_get_entry_count(find), i;

	if (cgswap_find_get_entry_link_id(find, entry))
		return true;
	for (i = entry; i > 0 && same_chain(find, i - 1, entry); i--) {
		if (cgswap_find_get_entry_program_id(find, i - 1) == id)
			return false;
	}
	for (i = entry + 1; i < count && same_chain(find, i, entry); i++) {
		if (cgswap_find_get_entry_program_id(find, i) == id)
			return false;
	}
	return !find_lacks(find, "links");
}

static void put_found_entry(struct table *table, const cgswap_find *find, size_t i)
{
	const char *cgroup = cgswap_find_get_entry_cgroup(find, i);

	if (i == 0 || strcmp(cgswap_find_get_entry_cgroup(find, i - 1), cgroup))
		table_put_heading(table, cgroup);
	table_put(table, short_type(cgswap_find_get_entry_attach_type(find, i)));
	table_put_number(table, cgswap_find_get_entry_position(find, i));
	table_put_number(table, cgswap_find_get_entry_program_id(find, i));
	if (link_is_known(find, i))
		cell_number(table, cgswap_find_get_entry_link_id(find, i));
	else
		table_put(table, "?");
}

static bool print_found_entries(const cgswap_find *find)
{
	static const struct column columns[] = {
		{ "TYPE", 0 },
		{ "POS", COLUMN_RIGHT },
		{ "PROGRAM", COLUMN_RIGHT },
		{ "LINK", COLUMN_RIGHT },
		{ 0 },
	};
	struct table table;
	bool printed;
	size_t i;

	if (cgswap_find_get_entry_count(find) == 0) {
		puts("\nno chain has it");
		return true;
	}
	putchar('\n');
	table_init(&table, columns);
	table.indent = 2;
	for (i = 0; i < cgswap_find_get_entry_count(find); i++)
		put_found_entry(&table, find, i);
	printed = table_print(&table);
	table_free(&table);
	return printed;
}

/* ---- links -------------------------------------------------------------------------------------
 */

/* The path of the cgroup, if an entry has it. */
static void put_link_cgroup(struct table *table, const cgswap_find *find, uint64_t id)
{
	char text[64];
	size_t i;

	for (i = 0; id && i < cgswap_find_get_entry_count(find); i++) {
		if (cgswap_find_get_entry_cgroup_id(find, i) == id) {
			table_put(table, cgswap_find_get_entry_cgroup(find, i));
			return;
		}
	}
	if (id)
		snprintf(text, sizeof(text), "unknown, with the id %" PRIu64, id);
	table_put(table, id ? text : "none");
}

static void put_found_link(struct table *table, const void *find, size_t i)
{
	table_put_number(table, cgswap_find_get_link_id(find, i));
	table_put_number(table, cgswap_find_get_link_program_id(find, i));
	cell_text(table, short_type(cgswap_find_get_link_attach_type(find, i)));
	put_link_cgroup(table, find, cgswap_find_get_link_cgroup_id(find, i));
}

static bool print_found_links(const cgswap_find *find)
{
	static const struct column columns[] = {
		{ "LINK", COLUMN_RIGHT },
		{ "PROGRAM", COLUMN_RIGHT },
		{ "TYPE", COLUMN_SPARE },
		{ "CGROUP", 0 },
		{ 0 },
	};
	size_t count = cgswap_find_get_link_count(find);

	if (count > 0)
		putchar('\n');
	return table_print_rows(columns, count, put_found_link, find);
}

/* ---- pins, processes ---------------------------------------------------------------------------
 */

static void put_found_pin(struct table *table, const void *find, size_t i)
{
	table_put_number(table, cgswap_find_get_pin_program_id(find, i));
	cell_number(table, cgswap_find_get_pin_link_id(find, i));
	table_put(table, cgswap_find_get_pin_path(find, i));
}

static bool print_found_pins(const cgswap_find *find)
{
	static const struct column columns[] = {
		{ "PROGRAM", COLUMN_RIGHT },
		{ "LINK", COLUMN_RIGHT },
		{ "PIN", 0 },
		{ 0 },
	};
	size_t count = cgswap_find_get_pin_count(find);

	putchar('\n');
	if (count == 0)
		puts("no pin names it");
	return table_print_rows(columns, count, put_found_pin, find);
}

static void put_found_process(struct table *table, const void *find, size_t i)
{
	table_put_number(table, cgswap_find_get_process_program_id(find, i));
	cell_number(table, cgswap_find_get_process_link_id(find, i));
	table_put_number(table, cgswap_find_get_process_id(find, i));
	table_put(table, cgswap_find_get_process_command(find, i));
}

static bool print_found_processes(const cgswap_find *find)
{
	static const struct column columns[] = {
		{ "PROGRAM", COLUMN_RIGHT },
		{ "LINK", COLUMN_RIGHT },
		{ "PROCESS", COLUMN_RIGHT },
		{ "COMMAND", 0 },
		{ 0 },
	};
	size_t count = cgswap_find_get_process_count(find);

	putchar('\n');
	if (count == 0)
		puts("no process has it open");
	return table_print_rows(columns, count, put_found_process, find);
}

/* ---- the command -------------------------------------------------------------------------------
 */

static bool print_found(const struct options *options, const cgswap_find *find)
{
	if (options->given & OPTION_JSON)
		return json_print(find_json(find));
	return print_found_programs(find) && print_found_entries(find) && print_found_links(find) &&
	       print_found_pins(find) && print_found_processes(find);
}

static enum exit_status report_unread(const struct options *options, const cgswap_find *find)
{
	size_t count = cgswap_find_get_unread_count(find), i;

	for (i = 0; i < count; i++) {
		report_print_prefix(options);
		fputs("not complete: ", stderr);
		escape_print(stderr, cgswap_find_get_unread_reason(find, i));
		fputc('\n', stderr);
	}
	return count > 0 ? EXIT_REFUSED : EXIT_DONE;
}

enum exit_status cmd_find(const struct options *options)
{
	enum exit_status status;
	cgswap_session *session;
	cgswap_find *find;

	status = open_session(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_find_open(&find, session, options->arguments[0], CGSWAP_FIND_ALL) != CGSWAP_OK)
		status = report_last_error(options);
	else if (!print_found(options, find))
		status = report_no_memory(options, false);
	else
		status = report_unread(options, find);
	cgswap_find_unref(find);
	cgswap_session_unref(session);
	return status;
}
