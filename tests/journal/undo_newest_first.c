/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * If two transactions replaced the same entry, the newer one is taken back first: the older one is
 * refused with transaction_superseded, which names the newer, until that was taken back or let go. Only
 * so many transactions are held as keep says; the oldest are let go, and the log says so.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static struct fixture fixture;
static cgswap_session *session;
static char logged[1024];

static void note(int level, const char *line, void *user)
{
	(void)user;
	if (level == CGSWAP_LOG_WARNING)
		snprintf(logged, sizeof(logged), "%s", line);
}

static uint64_t replace(int old, int new, uint32_t keep_old, uint32_t keep)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1,
						  .keep_old = keep_old, .keep = keep };
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	cgswap_program *program = live_program(session, new);
	cgswap_replace *replace;
	uint64_t id;

	expect_ok(cgswap_replace_new(&replace, session, &opts), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, by_id(old), program, NULL), "its step");
	expect_ok(cgswap_replace_commit(replace, NULL), "its commit");
	id = cgswap_replace_get_id(replace);
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	return id;
}

static enum cgswap_status undo(uint64_t id)
{
	const struct cgswap_undo_opts opts = { .sz = sizeof(opts), .id = id };

	return cgswap_session_undo(NULL, session, &opts);
}

static void names(uint64_t newer)
{
	char text[64];

	snprintf(text, sizeof(text), "transaction %llu has replaced",
		 (unsigned long long)newer);
	expect_message(text);
}

static bool held(uint64_t id)
{
	char name[32];

	snprintf(name, sizeof(name), "kept.%llu", (unsigned long long)id);
	return state_dir_has(name);
}

int main(void)
{
	struct cgswap_session_opts opts = { .sz = sizeof(opts) };
	const struct cgswap_replace_opts alone = { .sz = sizeof(alone), .keep = 3 };
	const struct cgswap_undo_opts backwards = { .sz = sizeof(backwards), .wait_ms = -1 };
	cgswap_replace *refused;
	uint64_t first, second, third;
	int a, b, c, d;

	need_live();
	bpffs_private();
	fixture = fixture_new("newest", 1);
	opts.scratch_cgroup = live_scratch;
	opts.state_dir = state_dir();
	if (cgswap_session_open(&session, &opts))
		bail_out("no session");
	cgswap_session_set_log(session, note, NULL, NULL);
	a = fixture.progs[0];
	b = prog_pass(EGRESS, "b");
	c = prog_pass(EGRESS, "c");
	d = prog_pass(EGRESS, "d");

	first = replace(a, b, 1, 0);
	second = replace(b, c, 1, 0);
	third = replace(c, d, 1, 0);
	EXPECT_CAUSE(undo(first), TRANSACTION_SUPERSEDED, "the oldest of three");
	names(third);
	EXPECT_CAUSE(undo(second), TRANSACTION_SUPERSEDED, "the second");
	names(third);
	expect_ok(undo(third), "the newest");
	EXPECT_CAUSE(undo(first), TRANSACTION_SUPERSEDED, "the oldest of two");
	names(second);
	expect_ok(undo(0), "the newest");
	expect_ok(undo(first), "and the oldest");
	chain_is(fixture.cgroup.fd, EGRESS, &a, 1, "the first program is attached again");

	first = replace(a, b, 1, 0);
	second = replace(b, a, 1, 0);
	EXPECT_CAUSE(undo(first), TRANSACTION_SUPERSEDED, "one whose old program came back");
	expect_ok(undo(second), "the newer one");
	expect_ok(undo(first), "then the older");

	first = replace(a, b, 1, 0);
	second = replace(b, c, 0, 0);
	ok(held(first) && !held(second), "one is held, and one is not");
	EXPECT_CAUSE(undo(first), NOT_ATTACHED, "the new program was replaced");
	raw_replace(fixture.cgroup.fd, b, c, EGRESS, RAW_MULTI | RAW_REPLACE);
	expect_ok(undo(first), "it is attached again");

	first = replace(a, b, 1, 2);
	second = replace(b, c, 1, 2);
	is_str(logged, "", "nothing was let go");
	third = replace(c, d, 1, 2);
	ok(!held(first) && held(second) && held(third), "two are held, the last ones");
	ok(strstr(logged, "are held no longer"), "the log says which was let go");
	expect_ok(cgswap_session_forget(session, third), "the newest is let go");
	EXPECT_CAUSE(undo(second), NOT_ATTACHED, "the one before is not superseded then");
	expect_ok(cgswap_session_forget(session, second), "it is let go too");

	EXPECT_CAUSE(cgswap_replace_new(&refused, session, &alone), BAD_ARGUMENT,
		     "keep without keep_old");
	EXPECT_CAUSE(cgswap_session_undo(NULL, session, &backwards), BAD_ARGUMENT, "wait_ms -1");
	raw_close(b);
	raw_close(c);
	raw_close(d);
	cgswap_session_unref(session);
	fixture_free(&fixture);
	return done_testing();
}
