/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_journal.h"
#include "json_record.h"
#include "print_chain.h"
#include "table.h"

#include <string.h>

json_t *json_journal(const cgswap_journal *journal)
{
	json_t *o = cgswap_journal_get_id(journal) ? json_object() : json_null();

	if (json_is_null(o))
		return o;
	return json_finish(
		o, json_put_record(o, &record_journal, (struct record_place){ .h = journal }, 0));
}

size_t journal_count(const cgswap_journal *journal, enum cgswap_entry_state found)
{
	size_t count = 0, length = cgswap_journal_get_length(journal);

	for (size_t i = 0; i < length; i++)
		count += cgswap_journal_get_step_state(journal, i) == found;
	return count;
}

static const char *journal_state_text(const char *state)
{
	static const struct {
		const char *name, *text;
	} texts[] = {
		{ "old", "has the old program" },
		{ "new", "has the new program" },
		{ "changed", "changed by others" },
		{ "gone", "the cgroup was removed" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (strcmp(state, texts[i].name) == 0)
			return texts[i].text;
	return state;
}

static bool journal_put_steps(struct table *table, const json_t *steps)
{
	const char *before = "", *cgroup, *state;
	bool ok = true;
	json_t *step;
	size_t i;

	json_array_foreach(steps, i, step)
	{
		cgroup = json_string_value(json_object_get(step, "cgroup"));
		state = json_string_value(json_object_get(step, "state"));
		if (strcmp(cgroup, before) != 0)
			table_put_heading(table, cgroup);
		before = cgroup;
		ok &= json_put(step, "state", json_text(journal_state_text(state)));
		ok &= print_put_short_type(step);
		table_put_object(table, step);
	}
	return ok;
}

bool print_journal(const cgswap_journal *journal)
{
	static const struct column columns[] = {
		{ "TYPE", 0, "type" },
		{ "OLD", COLUMN_RIGHT, "old_id" },
		{ "NAME", 0, "old_name" },
		{ "NEW", COLUMN_RIGHT, "new_id" },
		{ "NAME", 0, "new_name" },
		{ "STATE", 0, "state" },
		{ 0 },
	};
	json_t *transaction = json_journal(journal);
	struct table table;
	bool printed;

	if (!transaction)
		return false;
	table_init(&table, columns);
	table.indent = 2;
	printed = journal_put_steps(&table, json_object_get(transaction, "steps")) &&
		  table_print(&table);
	table_free(&table);
	json_decref(transaction);
	return printed;
}
