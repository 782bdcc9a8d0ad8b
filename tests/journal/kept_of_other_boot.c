/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The programs of a transaction that is held do not outlive the boot: an undo of it is refused, and
 * says so, and the next transaction with a journal removes its record.
 */
#include "journal/journal_text.h"

#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <stdio.h>

static void write_record(void)
{
	FILE *file = fopen(state_dir_file("kept.4711"), "w");
	struct journal_text text = { 0 };

	journal_text_begin(&text, "transaction version=1 id=4711 uid=0 pid=2 since=3 command=a "
				  "boot=earlier pins=" BPFFS "/cgswap_transaction_4711_0 keep=10");
	journal_text_end(&text);
	if (!file || fwrite(text.data, text.length, 1, file) != 1 || fclose(file))
		bail_out("no record");
	journal_text_free(&text);
}

int main(void)
{
	const struct cgswap_session_opts session_opts = { .sz = sizeof(session_opts),
							  .bpffs = BPFFS,
							  .scratch_cgroup = live_scratch,
							  .state_dir = state_dir() };
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };
	const struct cgswap_undo_opts undo = { .sz = sizeof(undo), .id = 4711 };
	struct fixture fixture;
	cgswap_session *session;
	cgswap_replace *replace;
	cgswap_program *program;
	cgswap_chain *chain;

	need_live();
	bpffs_private();
	fixture = fixture_new("boot", 1);
	expect_ok(cgswap_session_open(&session, &session_opts), "a session");
	write_record();
	EXPECT_CAUSE(cgswap_session_undo(NULL, session, &undo), TRANSACTION_NOT_HELD, "an undo");
	expect_message("of an earlier boot");
	EXPECT_CAUSE(cgswap_session_undo(NULL, session, NULL), TRANSACTION_NOT_HELD,
		     "an undo of the newest");
	ok(state_dir_has("kept.4711"), "its record is still there");

	chain = live_chain(session, fixture.cgroup.path, "egress");
	program = live_program(session, fixture.spare);
	expect_ok(cgswap_replace_new(&replace, session, &opts), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, "name:p0", program, NULL), "its step");
	expect_ok(cgswap_replace_commit(replace, NULL), "its commit");
	ok(!state_dir_has("kept.4711"), "it removes the record");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	fixture_free(&fixture);
	return done_testing();
}
