/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_many.h"
#include "escape.h"
#include "json_record.h"
#include "print_cells.h"
#include "print_chain.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* More refusals do not help on a terminal. */
enum { REFUSED_SHOWN = 20 };

static size_t count_state(const cgswap_replace *replace, enum cgswap_step_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < cgswap_replace_get_length(replace); i++)
		count += cgswap_step_get_state(cgswap_replace_get_step(replace, i)) == state;
	return count;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void put_maps(struct table *table, const cgswap_replace *replace, size_t group)
{
	size_t count = cgswap_replace_get_group_map_count(replace, group), length = 0;
	char text[256] = "";

	for (size_t i = 0; i < count && length < sizeof(text) - 16; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%" PRIu32,
					   i ? "," : "",
					   cgswap_replace_get_group_map_id(replace, group, i));
	cell_text(table, text);
}

static void put_group_row(struct table *table, const void *object, size_t i)
{
	const cgswap_replace *replace = object;

	table_put_number(table, cgswap_replace_get_group_length(replace, i));
	table_put_number(table, cgswap_replace_get_group_old_id(replace, i));
	cell_text(table, cgswap_replace_get_group_name(replace, i));
	table_put(table, cgswap_replace_get_group_tag(replace, i));
	put_maps(table, replace, i);
	table_put_number(table, cgswap_replace_get_group_new_id(replace, i));
}

bool print_groups(const struct many_cgroups *many)
{
	static const struct column columns[] = {
		{ "CGROUPS", COLUMN_RIGHT },
		{ "OLD ID", COLUMN_RIGHT },
		{ "OLD NAME", COLUMN_CUT },
		{ "TAG", 0 },
		{ "MAPS", COLUMN_CUT },
		{ "NEW ID", COLUMN_RIGHT },
		{ 0 },
	};

	return table_print_rows(columns, cgswap_replace_get_group_count(many->replace),
				put_group_row, many->replace);
}

static void put_refused(struct table *table, const char *cgroup, const char *state,
			enum cgswap_cause cause)
{
	cell_text(table, cgroup);
	table_put(table, state);
	table_put(table, cgswap_cause_get_name(cause));
}

static bool print_refused(const struct many_cgroups *many)
{
	static const struct column columns[] = {
		{ "CGROUP", 0 },
		{ "STATE", 0 },
		{ "CAUSE", 0 },
		{ 0 },
	};
	size_t count = 0;
	struct table table;
	bool ok;

	table_init(&table, columns);
	for (size_t i = 0; i < many->refused_count; i++)
		if (count++ < REFUSED_SHOWN)
			put_refused(&table, many->refused[i].cgroup, "not added",
				    cgswap_error_get_cause(many->refused[i].error));
	for (size_t i = 0; i < cgswap_replace_get_length(many->replace); i++) {
		const cgswap_step *step = cgswap_replace_get_step(many->replace, i);

		if (!cgswap_step_get_cause(step))
			continue;
		if (count++ < REFUSED_SHOWN)
			put_refused(&table, cgswap_chain_get_cgroup(cgswap_step_get_chain(step)),
				    cgswap_step_state_get_name(cgswap_step_get_state(step)),
				    cgswap_step_get_cause(step));
	}
	ok = table_print(&table);
	table_free(&table);
	if (count > REFUSED_SHOWN)
		printf("and %zu more, which --json lists\n", count - REFUSED_SHOWN);
	return ok;
}

static void print_number(const char *what, size_t count, bool *begun)
{
	if (!count)
		return;
	printf("%s%zu %s", *begun ? ", " : "", count, what);
	*begun = true;
}

bool print_outcome(const struct many_cgroups *many)
{
	const cgswap_replace *replace = many->replace;
	bool begun = false;

	if (!print_refused(many))
		return false;
	print_number(options_dry_run(many->options) ? "to be replaced" : "planned",
		     count_state(replace, CGSWAP_STEP_PLANNED), &begun);
	print_number("replaced", count_state(replace, CGSWAP_STEP_DONE), &begun);
	print_number("put back", count_state(replace, CGSWAP_STEP_UNDONE), &begun);
	print_number("failed", count_state(replace, CGSWAP_STEP_FAILED), &begun);
	print_number("not added", many->refused_count, &begun);
	print_number("gone", many->gone + count_state(replace, CGSWAP_STEP_GONE), &begun);
	if (begun)
		putchar('\n');
	return true;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *json_group(const void *replace, size_t i)
{
	json_t *o = json_object();

	return json_finish(o, json_put_record(o, &record_group,
					      (struct record_place){ .h = replace, .i = i }, 0));
}

static json_t *json_refused(const char *cgroup, uint64_t id, const char *state,
			    enum cgswap_cause cause, const char *message)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "cgroup", json_text(cgroup));
	ok &= json_put(o, "cgroup_id", json_number_or_null(id));
	ok &= json_put(o, "state", json_text_or_null(state));
	ok &= json_put(o, "cause", json_text(cgswap_cause_get_name(cause)));
	ok &= json_put(o, "message", json_text_or_null(message));
	return json_finish(o, ok);
}

static json_t *json_all_refused(const struct many_cgroups *many)
{
	json_t *list = json_array();
	bool ok = true;

	for (size_t i = 0; i < many->refused_count; i++)
		ok &= json_add(list,
			       json_refused(many->refused[i].cgroup, 0, NULL,
					    cgswap_error_get_cause(many->refused[i].error),
					    cgswap_error_get_message(many->refused[i].error)));
	for (size_t i = 0; i < cgswap_replace_get_length(many->replace); i++) {
		const cgswap_step *step = cgswap_replace_get_step(many->replace, i);
		const cgswap_chain *chain = cgswap_step_get_chain(step);

		if (cgswap_step_get_cause(step))
			ok &= json_add(list, json_refused(cgswap_chain_get_cgroup(chain),
							  cgswap_chain_get_cgroup_id(chain),
							  cgswap_step_state_get_name(
								  cgswap_step_get_state(step)),
							  cgswap_step_get_cause(step), NULL));
	}
	return json_finish(list, ok);
}

json_t *json_transaction(const struct many_cgroups *many)
{
	static const enum cgswap_step_state states[] = { CGSWAP_STEP_PLANNED, CGSWAP_STEP_DONE,
							 CGSWAP_STEP_UNDONE, CGSWAP_STEP_FAILED };
	const cgswap_replace *replace = many->replace;
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "attach_type", json_text(many->options->arguments[1]));
	ok &= json_put(o, "total", json_number(cgswap_replace_get_length(replace)));
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		ok &= json_put(o, cgswap_step_state_get_name(states[i]),
			       json_number(count_state(replace, states[i])));
	ok &= json_put(o, "gone", json_number(many->gone + count_state(replace, CGSWAP_STEP_GONE)));
	ok &= json_put(o, "groups",
		       json_list(cgswap_replace_get_group_count(replace), json_group, replace));
	ok &= json_put(o, "refused", json_all_refused(many));
	return json_finish(o, ok);
}
