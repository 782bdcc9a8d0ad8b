/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_many.h"
#include "json_record.h"
#include "many_findings.h"
#include "print_journal.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* More rows do not help on a terminal. */
enum { REFUSED_SHOWN = 20, GROUPS_SHOWN = 20 };

size_t count_state(const cgswap_replace *replace, enum cgswap_step_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < cgswap_replace_get_length(replace); i++)
		count += cgswap_step_get_state(cgswap_replace_get_step(replace, i)) == state;
	return count;
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

	ok &= json_put_name(o, "cgroup", cgroup);
	ok &= json_put(o, "cgroup_id", json_number_or_null(id));
	ok &= json_put(o, "state", json_text(state));
	ok &= json_put(o, "cause", json_text(cgswap_cause_get_name(cause)));
	ok &= json_put(o, "message", json_text_or_null(message));
	return json_finish(o, ok);
}

static json_t *json_groups(const cgswap_replace *replace)
{
	return json_list(cgswap_replace_get_group_count(replace), json_group, replace);
}

static size_t count_refused(const struct many_cgroups *many)
{
	size_t count = many->refused_count;

	for (size_t i = 0; i < cgswap_replace_get_length(many->replace); i++)
		count += cgswap_step_get_cause(cgswap_replace_get_step(many->replace, i)) !=
			 CGSWAP_CAUSE_NONE;
	return count;
}

static json_t *json_refused_step(const cgswap_step *step)
{
	const cgswap_chain *chain = cgswap_step_get_chain(step);

	return json_refused(cgswap_chain_get_cgroup(chain), cgswap_chain_get_cgroup_id(chain),
			    cgswap_step_state_get_name(cgswap_step_get_state(step)),
			    cgswap_step_get_cause(step), NULL);
}

/* The cgroups that were refused or not put back, up to this number. */
static json_t *json_all_refused(const struct many_cgroups *many, size_t most)
{
	json_t *list = json_array();
	bool ok = true;

	for (size_t i = 0; i < many->refused_count && json_array_size(list) < most; i++) {
		const struct refused_cgroup *refused = &many->refused[i];

		ok &= json_add(list, json_refused(refused->cgroup, 0, "not added",
						  cgswap_error_get_cause(refused->error),
						  cgswap_error_get_message(refused->error)));
	}
	for (size_t i = 0; i < cgswap_replace_get_length(many->replace); i++) {
		const cgswap_step *step = cgswap_replace_get_step(many->replace, i);

		if (cgswap_step_get_cause(step) && json_array_size(list) < most)
			ok &= json_add(list, json_refused_step(step));
	}
	return json_finish(list, ok);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static bool print_refused(const struct many_cgroups *many)
{
	static const struct column columns[] = {
		{ "STATE", 0, "state" },
		{ "CAUSE", 0, "cause" },
		{ 0 },
	};
	json_t *list = json_all_refused(many, REFUSED_SHOWN), *refused;
	size_t more = count_refused(many), i;
	struct table table;
	bool ok;

	table_init(&table, columns);
	table.indent = 2;
	json_array_foreach(list, i, refused)
	{
		table_put_heading(&table, json_string_value(json_object_get(refused, "cgroup")));
		table_put_object(&table, refused);
	}
	ok = list && table_print(&table);
	table_free(&table);
	json_decref(list);
	if (more > REFUSED_SHOWN)
		printf("and %zu more, which --json lists\n", more - REFUSED_SHOWN);
	return ok;
}

bool print_groups(const struct many_cgroups *many)
{
	static const struct column columns[] = {
		{ "CGROUPS", COLUMN_RIGHT, "length" },
		{ "OLD ID", COLUMN_RIGHT, "old_id" },
		{ "OLD NAME", COLUMN_CUT, "name" },
		{ "NEW ID", COLUMN_RIGHT, "new_id" },
		{ "TAG", COLUMN_SPARE, "tag" },
		{ "MAPS", COLUMN_WRAP, "maps" },
		{ 0 },
	};
	json_t *list = json_groups(many->replace), *group;
	size_t count = json_array_size(list), i;
	struct table table;
	bool ok;

	table_init(&table, columns);
	json_array_foreach(list, i, group) if (i < GROUPS_SHOWN) table_put_object(&table, group);
	ok = list && table_print(&table);
	table_free(&table);
	json_decref(list);
	if (count > GROUPS_SHOWN)
		printf("and %zu more pairs of programs, which --json lists\n",
		       count - GROUPS_SHOWN);
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

	if (!many_findings_print(many) || !print_refused(many))
		return false;
	print_number(options_dry_run(many->options) ? "to be replaced" : "not begun",
		     count_state(replace, CGSWAP_STEP_PLANNED), &begun);
	print_number("replaced", count_state(replace, CGSWAP_STEP_DONE), &begun);
	print_number("put back", count_state(replace, CGSWAP_STEP_UNDONE), &begun);
	print_number("failed", count_state(replace, CGSWAP_STEP_FAILED), &begun);
	print_number("not added", many->refused_count, &begun);
	print_number("gone", many->gone + count_state(replace, CGSWAP_STEP_GONE), &begun);
	puts(begun ? "" : "no cgroup was given: nothing to do");
	if (many->options->given & OPTION_KEEP_OLD && count_state(replace, CGSWAP_STEP_DONE))
		print_held(many->options, cgswap_replace_get_id(replace));
	return true;
}

json_t *json_transaction(const struct many_cgroups *many)
{
	static const enum cgswap_step_state states[] = { CGSWAP_STEP_PLANNED, CGSWAP_STEP_DONE,
							 CGSWAP_STEP_UNDONE, CGSWAP_STEP_FAILED };
	const cgswap_replace *replace = many->replace;
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "attach_type", json_text(many->options->arguments[1]));
	ok &= json_put(o, "id", json_number_or_null(cgswap_replace_get_id(replace)));
	ok &= json_put(o, "total", json_number(cgswap_replace_get_length(replace)));
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		ok &= json_put(o, cgswap_step_state_get_name(states[i]),
			       json_number(count_state(replace, states[i])));
	ok &= json_put(o, "gone", json_number(many->gone + count_state(replace, CGSWAP_STEP_GONE)));
	ok &= json_put(o, "groups", json_groups(replace));
	ok &= many_findings_put(o, many);
	ok &= json_put(o, "refused", json_all_refused(many, SIZE_MAX));
	return json_finish(o, ok);
}
