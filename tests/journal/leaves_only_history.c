/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A transaction with a journal that ended, done or rolled back, leaves no journal and no pin, and its
 * record in the history. While it runs, the journal is there, and the bpffs has its programs.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static bool seen;

/* Stops the commit before its second step. */
static int look(size_t done, size_t total, void *user)
{
	(void)total;
	(void)user;
	seen |= done == 0 && state_dir_has("journal") && state_dir_count_pins() == 103;
	return done == 1;
}

static unsigned count_lines(const char *start)
{
	FILE *file = fopen(state_dir_file("history"), "r");
	unsigned count = 0;
	char line[4096];

	while (file && fgets(line, sizeof(line), file))
		count += strncmp(line, start, strlen(start)) == 0;
	if (file)
		fclose(file);
	return count;
}

static void nothing_left(const char *when)
{
	ok(!state_dir_has("journal") && !state_dir_has("journal.new"), "no journal %s", when);
	is_int(state_dir_count_pins(), 0, "no pin %s", when);
}

static cgswap_session *open_session(void)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .scratch_cgroup = live_scratch,
						  .state_dir = state_dir() };
	cgswap_session *session;

	expect_ok(cgswap_session_open(&session, &opts), "a session with a state directory");
	return session;
}

int main(void)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };
	const struct cgswap_commit_opts stopped = { .sz = sizeof(stopped), .progress = look };
	cgswap_program *program, *other;
	struct fixture fixture;
	cgswap_session *session;
	cgswap_replace *replace;
	cgswap_chain *chain;
	int second;

	need_live();
	bpffs_private();
	fixture = fixture_new("history", 1);
	second = prog_pass(EGRESS, "second");
	session = open_session();
	chain = live_chain(session, fixture.cgroup.path, "egress");
	program = live_program(session, fixture.spare);
	other = live_program(session, second);
	raw_attach(fixture.cgroup.fd, second, EGRESS, RAW_MULTI);

	expect_ok(cgswap_replace_new(&replace, session, &opts), "a transaction with a journal");
	expect_ok(cgswap_replace_add(replace, chain, "name:p0", program, NULL), "its step");
	expect_ok(cgswap_replace_check(replace), "a check");
	ok(!state_dir_has("journal") && !state_dir_has("history"), "a check writes nothing");
	expect_ok(cgswap_replace_commit(replace, NULL), "its commit");
	nothing_left("after a commit");
	is_int(count_lines("ended how=done"), 1, "the history has it");
	is_int(count_lines("step "), 1, "with its step");
	expect_ok(cgswap_replace_rollback(replace), "its rollback");
	nothing_left("after a rollback");
	is_int(count_lines("ended how=undone"), 1, "the history has it");
	cgswap_replace_unref(replace);
	raw_detach(fixture.cgroup.fd, second, EGRESS);

	expect_ok(cgswap_replace_new(&replace, session, &opts), "one that is stopped");
	raw_attach(fixture.cgroup.fd, second, EGRESS, RAW_MULTI);
	expect_ok(cgswap_replace_add(replace, chain, "name:p0", program, NULL), "a step");
	expect_ok(cgswap_replace_add(replace, chain, "name:second", other, NULL), "another");
	/* the descriptors of the journal are closed when it ends */
	expect_refusal(cgswap_replace_commit(replace, &stopped), CGSWAP_CAUSE_CANCELLED, NULL,
		       "its commit");
	ok(seen, "the journal and three pins were there before the first step");
	nothing_left("after a commit that was stopped");
	is_int(count_lines("ended how=undone"), 2, "the history has it");
	is_int(count_lines("transaction version=1 "), 3, "three records in all");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_program_unref(other);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	fixture_free(&fixture);
	return done_testing();
}
