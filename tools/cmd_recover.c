/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "json_record.h"
#include "open.h"
#include "report.h"
#include "table.h"
#include "time_text.h"

#include <stdio.h>
#include <string.h>

static const char *const found_texts[] = {
	[CGSWAP_ENTRY_OLD] = "has the old program",
	[CGSWAP_ENTRY_NEW] = "has the new program",
	[CGSWAP_ENTRY_CHANGED] = "changed by others",
	[CGSWAP_ENTRY_GONE] = "the cgroup was removed",
};

static bool recover_print_json(const cgswap_journal *journal)
{
	json_t *o;

	if (!cgswap_journal_get_id(journal))
		return json_print(json_wrap("transaction", json_null()));
	o = json_object();
	if (!json_put_record(o, &record_journal, (struct record_place){ .h = journal }, 0)) {
		json_decref(o);
		return false;
	}
	return json_print(json_wrap("transaction", o));
}

static size_t recover_count(const cgswap_journal *journal, enum cgswap_entry_state found)
{
	size_t count = 0, length = cgswap_journal_get_length(journal);

	for (size_t i = 0; i < length; i++)
		count += cgswap_journal_get_step_state(journal, i) == found;
	return count;
}

static void recover_print_step(struct table *table, const cgswap_journal *journal, size_t i)
{
	const char *name = cgswap_journal_get_step_old_name(journal, i);
	char text[320];

	table_put(table, cgswap_journal_get_step_cgroup(journal, i));
	table_put(table, cgswap_journal_get_step_attach_type(journal, i));
	snprintf(text, sizeof(text), "%u %s", cgswap_journal_get_step_old_id(journal, i), name);
	table_put(table, text);
	name = cgswap_journal_get_step_new_name(journal, i);
	snprintf(text, sizeof(text), "%u %s", cgswap_journal_get_step_new_id(journal, i), name);
	table_put(table, text);
	table_put(table, found_texts[cgswap_journal_get_step_state(journal, i)]);
}

static bool recover_print_steps(const cgswap_journal *journal)
{
	static const struct column columns[] = {
		{ "CGROUP", COLUMN_CUT, NULL },
		{ "TYPE", 0, NULL },
		{ "OLD", 0, NULL },
		{ "NEW", 0, NULL },
		{ "STATE", 0, NULL },
		{ 0 },
	};
	size_t length = cgswap_journal_get_length(journal);
	struct table table;

	table_init(&table, columns);
	for (size_t i = 0; i < length; i++)
		recover_print_step(&table, journal, i);
	return table_print(&table);
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
	printf("Transaction %llu, which process %u of user %u (%s) began at %s:\n\n",
	       (unsigned long long)cgswap_journal_get_id(journal), cgswap_journal_get_pid(journal),
	       cgswap_journal_get_uid(journal), cgswap_journal_get_command(journal),
	       time_text(since, cgswap_journal_get_began_at(journal)));
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
		ok = options->given & OPTION_JSON ? recover_print_json(journal)
						  : recover_print(options, journal);
		if (!ok)
			status = report_no_memory(options, opts.action != CGSWAP_RECOVER_LIST);
		cgswap_journal_unref(journal);
	}
	cgswap_session_unref(session);
	return status;
}
