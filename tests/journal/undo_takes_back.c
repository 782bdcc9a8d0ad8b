/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A transaction with keep_old can be taken back by a later session: entries of all kinds get the old
 * programs again, a pin that named one names it again, and a new one is removed. Afterwards nothing is
 * held. What others have changed since is left alone, as are cgroups that were removed and made again.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ENTRIES = 4 };

#define PIN BPFFS "/pin"
#define NEW BPFFS "/new"

static struct scratch cgroups[ENTRIES];
static int olds[ENTRIES], news[ENTRIES], link_fd;
static cgswap_session *session;

static void open_it(void)
{
	cgswap_session_unref(session);
	session = state_dir_session();
}

/* A plain entry, a link, a pin that is swapped, a pin that is made. */
static void build(void)
{
	char name[16];

	for (int i = 0; i < ENTRIES; i++) {
		snprintf(name, sizeof(name), "undo%d", i);
		cgroups[i] = scratch_new(name);
		snprintf(name, sizeof(name), "old%d", i);
		olds[i] = prog_pass(EGRESS, name);
		snprintf(name, sizeof(name), "new%d", i);
		news[i] = prog_pass(EGRESS, name);
		if (i == 1)
			link_fd = raw_link_create(cgroups[i].fd, olds[i], EGRESS, 0);
		else
			raw_attach(cgroups[i].fd, olds[i], EGRESS, RAW_MULTI);
	}
	raw_pin(olds[2], PIN);
}

static uint64_t replace_all(uint32_t keep)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .keep_old = 1,
						  .keep = keep };
	cgswap_replace *replace;
	uint64_t id;

	if (cgswap_replace_new(&replace, session, &opts))
		bail_out("no transaction");
	for (int i = 0; i < ENTRIES; i++) {
		const struct cgswap_step_opts step = { .sz = sizeof(step),
						       .pin = i == 2   ? PIN
							      : i == 3 ? NEW
								       : NULL };
		cgswap_chain *chain = live_chain(session, cgroups[i].path, "egress");
		cgswap_program *program = live_program(session, news[i]);

		if (cgswap_replace_add(replace, chain, by_id(olds[i]), program, &step))
			bail_out("a step: %s", cgswap_error_get_message(cgswap_last_error()));
		cgswap_program_unref(program);
		cgswap_chain_unref(chain);
	}
	expect_ok(cgswap_replace_commit(replace, NULL), "a commit that keeps the old programs");
	id = cgswap_replace_get_id(replace);
	cgswap_replace_unref(replace);
	return id;
}

static bool has(int i, int program)
{
	struct raw_chain now = chain_now(cgroups[i].fd, EGRESS);

	return now.count == 1 && now.ids[0] == raw_prog_id(program);
}

static enum cgswap_status undo(cgswap_journal **out, uint64_t id)
{
	const struct cgswap_undo_opts opts = { .sz = sizeof(opts), .id = id };

	return cgswap_session_undo(out, session, &opts);
}

static void takes_back(void)
{
	uint64_t id = replace_all(0);
	cgswap_history *history;
	cgswap_journal *journal;
	bool all = true;
	char name[32];

	ok(bpffs_program_at(PIN) == raw_prog_id(news[2]) &&
		   bpffs_program_at(NEW) == raw_prog_id(news[3]),
	   "the pins name the new programs");
	is_int(state_dir_count_pins(), 104, "the four old programs are pinned");
	ok(!state_dir_has("journal"), "no journal is left");
	snprintf(name, sizeof(name), "kept.%llu", (unsigned long long)id);
	ok(state_dir_has(name), "the record is held");

	open_it();
	expect_ok(cgswap_history_open(&history, session), "the history");
	is_int(cgswap_history_get_length(history), 1, "one transaction");
	ok(cgswap_history_get_id(history, 0) == id, "its number");
	is_int(cgswap_history_get_pid(history, 0), getpid(), "its process");
	is_str(cgswap_history_get_ended(history, 0), "done", "how it ended");
	is_int(cgswap_history_get_step_count(history, 0), ENTRIES, "its steps");
	is_int(cgswap_history_get_change_count(history, 0), ENTRIES, "its changes");
	is_str(cgswap_history_get_change_old_name(history, 0, 1), "old1", "an old program");
	is_str(cgswap_history_get_change_new_name(history, 0, 1), "new1", "a new program");
	is_int(cgswap_history_get_change_step_count(history, 0, 1), 1, "once");
	ok(cgswap_history_is_held(history, 0), "it is held");
	ok(cgswap_history_is_of_this_boot(history, 0), "it is of this boot");
	ok(cgswap_history_get_memory(history, 0) >= 4096, "it takes memory");
	cgswap_history_unref(history);

	/* the same handle, so that the old programs live by their pins only */
	for (int i = 0; i < ENTRIES; i++)
		raw_close(olds[i]);
	expect_ok(undo(&journal, 0), "an undo of the newest");
	is_int(cgswap_journal_get_length(journal), ENTRIES, "its steps");
	for (int i = 0; i < ENTRIES; i++) {
		all &= cgswap_journal_get_step_state(journal, (size_t)i) == CGSWAP_ENTRY_OLD;
		olds[i] = raw_prog_open(cgswap_journal_get_step_old_id(journal, (size_t)i));
		all &= has(i, olds[i]);
	}
	ok(all, "all entries have the old programs");
	cgswap_journal_unref(journal);
	ok(bpffs_program_at(PIN) == raw_prog_id(olds[2]), "the pin names the old program again");
	ok(!bpffs_program_at(NEW), "the new pin is gone");
	is_int(state_dir_count_pins(), 0, "nothing is held");
	ok(!state_dir_has(name) && !state_dir_has("journal"), "no record is held");

	expect_ok(cgswap_history_open(&history, session), "the history");
	is_int(cgswap_history_get_length(history), 2, "two transactions, the newest first");
	ok(cgswap_history_get_undoes(history, 0) == id, "it undoes the first");
	ok(cgswap_history_get_undone_by(history, 1) == cgswap_history_get_id(history, 0), "which knows by which");
	ok(!cgswap_history_is_held(history, 1), "and is held no longer");
	cgswap_history_unref(history);
	EXPECT_CAUSE(undo(NULL, id), TRANSACTION_NOT_HELD, "another undo of it");
	EXPECT_CAUSE(undo(NULL, 0), TRANSACTION_NOT_HELD, "of any");
	EXPECT_CAUSE(undo(NULL, 4711), TRANSACTION_NOT_HELD, "of an unknown one");
}

static void leaves_others_alone(void)
{
	int other = prog_pass(EGRESS, "other");
	cgswap_journal *journal;
	uint64_t id = replace_all(0);

	raw_replace(cgroups[0].fd, other, news[0], EGRESS, RAW_MULTI | RAW_REPLACE);
	scratch_remove(&cgroups[3]);
	cgroups[3] = scratch_new("undo3");
	raw_attach(cgroups[3].fd, news[3], EGRESS, RAW_MULTI);
	raw_unpin(PIN);
	raw_pin(other, PIN);
	open_it();
	expect_ok(undo(&journal, id), "an undo");
	is_int(cgswap_journal_get_step_state(journal, 0), CGSWAP_ENTRY_CHANGED, "changed");
	is_int(cgswap_journal_get_step_state(journal, 1), CGSWAP_ENTRY_OLD, "undone");
	is_int(cgswap_journal_get_step_state(journal, 2), CGSWAP_ENTRY_OLD, "undone");
	is_int(cgswap_journal_get_step_state(journal, 3), CGSWAP_ENTRY_GONE, "gone");
	cgswap_journal_unref(journal);
	ok(has(0, other) && has(1, olds[1]) && has(2, olds[2]) && has(3, news[3]),
	   "only the entries that still had the new program were changed");
	ok(bpffs_program_at(PIN) == raw_prog_id(other), "nor a pin that names another program");
	is_int(state_dir_count_pins(), 0, "nothing is held");
	raw_unpin(PIN);
	raw_unpin(NEW);

	raw_replace(cgroups[0].fd, olds[0], other, EGRESS, RAW_MULTI | RAW_REPLACE);
	raw_replace(cgroups[3].fd, olds[3], news[3], EGRESS, RAW_MULTI | RAW_REPLACE);
	raw_pin(olds[2], PIN);
	id = replace_all(0);
	for (int i = 0; i < ENTRIES; i++) {
		if (i == 1)
			raw_link_update(link_fd, other);
		else
			raw_replace(cgroups[i].fd, other, news[i], EGRESS,
				    RAW_MULTI | RAW_REPLACE);
	}
	EXPECT_CAUSE(undo(NULL, id), NOT_ATTACHED, "an undo of nothing");
	expect_message("none of the 4 entries");
	is_int(state_dir_count_pins(), 104, "it is still held");
	expect_ok(cgswap_session_forget(session, id), "it is let go");
	is_int(state_dir_count_pins(), 0, "nothing is held");
	EXPECT_CAUSE(cgswap_session_forget(session, id), TRANSACTION_NOT_HELD, "again");
	EXPECT_CAUSE(cgswap_session_forget(session, 0), BAD_ARGUMENT, "none");
	raw_close(other);
}

int main(void)
{
	need_live();
	bpffs_private();
	build();
	open_it();
	takes_back();
	leaves_others_alone();
	cgswap_session_unref(session);
	return done_testing();
}
