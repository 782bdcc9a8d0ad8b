/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "json_record.h"
#include "open.h"
#include "print_chain.h"
#include "report.h"
#include "table.h"
#include "time_text.h"

#include <stdio.h>
#include <string.h>

/* The transaction as --json prints it; null if none is unfinished. */
static json_t *recover_json(const cgswap_journal *journal)
{
	json_t *o = cgswap_journal_get_id(journal) ? json_object() : json_null();

	if (json_is_null(o))
		return o;
	return json_finish(
		o, json_put_record(o, &record_journal, (struct record_place){ .h = journal }, 0));
}

static size_t recover_count(const cgswap_journal *journal, enum cgswap_entry_state found)
{
	size_t count = 0, length = cgswap_journal_get_length(journal);

	for (size_t i = 0; i < length; i++)
		count += cgswap_journal_get_step_state(journal, i) == found;
	return count;
}

static const char *recover_state_text(const char *state)
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

static bool recover_put_steps(struct table *table, const json_t *steps)
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
		ok &= json_put(step, "state", json_text(recover_state_text(state)));
		ok &= print_put_short_type(step);
		table_put_object(table, step);
	}
	return ok;
}

static bool recover_print_steps(const cgswap_journal *journal)
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
	json_t *transaction = recover_json(journal);
	struct table table;
	bool printed;

	if (!transaction)
		return false;
	table_init(&table, columns);
	table.indent = 2;
	printed = recover_put_steps(&table, json_object_get(transaction, "steps")) &&
		  table_print(&table);
	table_free(&table);
	json_decref(transaction);
	return printed;
}

static bool recover_print(const struct options *options, const cgswap_journal *journal)
{
	bool lists = !(options->given & (OPTION_FINISH | OPTION_UNDO));
	char since[TIME_SIZE];
	size_t left;

	if (!cgswap_journal_get_id(journal)) {
		printf("No transaction is unfinished.\n");
		return true;
	}
	report_sentence("Transaction %llu, which process %u of user %u (%s) began at %s:",
			(unsigned long long)cgswap_journal_get_id(journal),
			cgswap_journal_get_pid(journal), cgswap_journal_get_uid(journal),
			cgswap_journal_get_command(journal),
			time_text(since, cgswap_journal_get_began_at(journal)));
	printf("\n");
	if (!recover_print_steps(journal))
		return false;
	left = recover_count(journal, CGSWAP_ENTRY_CHANGED) +
	       recover_count(journal, CGSWAP_ENTRY_GONE);
	printf("\n%zu of %zu entries have the %s program",
	       recover_count(journal,
			     options->given & OPTION_UNDO ? CGSWAP_ENTRY_OLD : CGSWAP_ENTRY_NEW),
	       cgswap_journal_get_length(journal), options->given & OPTION_UNDO ? "old" : "new");
	if (left)
		printf("; %zu were left alone", left);
	printf(".\n");
	if (lists)
		printf("Run `cgswap recover --finish` or `cgswap recover --undo` to end it.\n");
	return true;
}

enum exit_status cmd_recover(const struct options *options)
{
	struct cgswap_recover_opts opts = {
		.sz = sizeof(opts),
		.wait_ms = options->wait_ms,
		.old_maps = !!(options->given & OPTION_OLD_MAPS),
	};
	enum exit_status status;
	cgswap_session *session;
	cgswap_journal *journal;
	bool ok;

	if (options->given & OPTION_FINISH)
		opts.action = CGSWAP_RECOVER_FINISH;
	else if (options->given & OPTION_UNDO)
		opts.action = CGSWAP_RECOVER_UNDO;
	status = open_session(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_session_recover(&journal, session, &opts) != CGSWAP_OK) {
		status = report_last_error(options);
	} else {
		ok = options->given & OPTION_JSON
			     ? json_print(json_wrap("transaction", recover_json(journal)))
			     : recover_print(options, journal);
		if (!ok)
			status = report_no_memory(options, opts.action != CGSWAP_RECOVER_LIST);
		cgswap_journal_unref(journal);
	}
	cgswap_session_unref(session);
	return status;
}
