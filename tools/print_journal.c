/* SPDX-License-Identifier: BSD-2-Clause */
#include "print_journal.h"
#include "base/shell_word.h"
#include "escape.h"
#include "json_record.h"
#include "print_chain.h"
#include "report.h"
#include "table.h"
#include "time_text.h"

#include <stdio.h>
#include <string.h>

/* More rows do not help people. */
enum { ENTRIES_SHOWN = 20, WORD_SIZE = 4096 + 256 };

json_t *json_journal(const cgswap_journal *journal)
{
	json_t *o = cgswap_journal_get_id(journal) ? json_object() : json_null();

	if (json_is_null(o))
		return o;
	return json_finish(
		o, json_put_record(o, &record_journal, (struct record_place){ .h = journal }, 0));
}

/* A line of its own, which is not wrapped, so that it can be copied. */
static void print_command(const struct options *options, const char *words)
{
	const char *path = options->state_dir;
	char word[WORD_SIZE];

	printf("  cgswap %s", words);
	if (path) {
		printf(" --state-dir ");
		escape_print(stdout, shell_word(word, sizeof(word), path) ? word : path);
	}
	printf("\n");
}

static size_t journal_count(const cgswap_journal *journal, enum cgswap_entry_state found)
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

/* An entry that a transaction leaves alone. */
static bool journal_is_left(const char *state)
{
	return strcmp(state, "changed") == 0 || strcmp(state, "gone") == 0;
}

/* Returns the number of rows. */
static size_t journal_put_steps(struct table *table, const json_t *steps)
{
	bool all = json_array_size(steps) <= ENTRIES_SHOWN;
	const char *before = "", *cgroup, *state;
	size_t rows = 0, i;
	json_t *step;

	json_array_foreach(steps, i, step)
	{
		cgroup = json_string_value(json_object_get(step, "cgroup"));
		state = json_string_value(json_object_get(step, "state"));
		if (rows == ENTRIES_SHOWN || (!all && !journal_is_left(state)))
			continue;
		if (strcmp(cgroup, before) != 0)
			table_put_heading(table, cgroup);
		before = cgroup;
		if (!json_put(step, "state", json_text(journal_state_text(state))) ||
		    !print_put_short_type(step))
			table->failed = true;
		table_put_object(table, step);
		rows++;
	}
	return rows;
}

static bool journal_print_entries(const cgswap_journal *journal)
{
	static const struct column columns[] = {
		{ "TYPE", 0, "type" },
		{ "OLD", COLUMN_RIGHT, "old_id" },
		{ "NAME", COLUMN_CUT | COLUMN_SPARE, "old_name" },
		{ "NEW", COLUMN_RIGHT, "new_id" },
		{ "NAME", COLUMN_CUT | COLUMN_SPARE, "new_name" },
		{ "STATE", COLUMN_WRAP, "state" },
		{ 0 },
	};
	size_t length = cgswap_journal_get_length(journal), rows;
	json_t *transaction = json_journal(journal);
	struct table table;
	bool printed;

	if (!transaction)
		return false;
	table_init(&table, columns);
	table.indent = 2;
	rows = journal_put_steps(&table, json_object_get(transaction, "steps"));
	printed = table_print(&table);
	table_free(&table);
	json_decref(transaction);
	if (rows < length)
		printf(rows ? "and %zu more entries, which --json lists\n"
			    : "%zu entries, which --json lists\n",
		       length - rows);
	return printed;
}

static size_t journal_count_left(const cgswap_journal *journal)
{
	return journal_count(journal, CGSWAP_ENTRY_CHANGED) +
	       journal_count(journal, CGSWAP_ENTRY_GONE);
}

/* Prints who ran the transaction, and its entries. */
static bool journal_print(const cgswap_journal *journal)
{
	char since[TIME_SIZE];

	report_sentence("Transaction %llu, which process %u of user %u (%s) began at %s:",
			(unsigned long long)cgswap_journal_get_id(journal),
			cgswap_journal_get_pid(journal), cgswap_journal_get_uid(journal),
			cgswap_journal_get_command(journal),
			time_text(since, cgswap_journal_get_began_at(journal)));
	printf("\n");
	return journal_print_entries(journal);
}

bool print_unfinished(const struct options *options, const cgswap_journal *journal)
{
	size_t left = journal_count_left(journal);

	if (!journal_print(journal))
		return false;
	printf("\n%zu of %zu entries have the new program, and %zu the old one",
	       journal_count(journal, CGSWAP_ENTRY_NEW), cgswap_journal_get_length(journal),
	       journal_count(journal, CGSWAP_ENTRY_OLD));
	if (left)
		printf("; %zu will be left alone", left);
	printf(".\nOne of these two commands ends it, with the new programs or with the old ones:\n");
	print_command(options, "recover --finish");
	print_command(options, "recover --undo");
	return true;
}

bool print_journal(const cgswap_journal *journal, enum cgswap_entry_state wanted, const char *text)
{
	size_t left = journal_count_left(journal);

	if (!journal_print(journal))
		return false;
	printf("\n%zu of %zu entries have %s", journal_count(journal, wanted),
	       cgswap_journal_get_length(journal), text);
	if (left)
		printf("; %zu %s left alone", left, left == 1 ? "was" : "were");
	printf(".\n");
	return true;
}

void print_held(const struct options *options, uint64_t id)
{
	char words[32];

	if (options_model(options)) {
		report_sentence(
			"the old programs are not held: the simulated kernel ends with this "
			"command");
		return;
	}
	snprintf(words, sizeof(words), "undo %llu", (unsigned long long)id);
	report_sentence("the old programs are held; this takes the transaction back:");
	print_command(options, words);
}
