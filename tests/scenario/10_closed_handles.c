/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario 10: calls on a closed handle fail with handle_closed and its getters return nothing. Closing
 * twice is allowed. Closing a session closes what was opened from it.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum { ENTRIES = 2 };

static struct fixture fixture;
static cgswap_replace *replace;

static void program_is_closed(void)
{
	is_int(cgswap_program_get_id(fixture.program), 0, "a closed program has no id");
	is_int(cgswap_program_get_fd(fixture.program), -1, "a closed program has no descriptor");
	is_str(cgswap_program_get_name(fixture.program), "", "a closed program has no name");
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, NULL), HANDLE_CLOSED, "attach");
	expect_ok(cgswap_program_close(fixture.program), "closing it twice is allowed");
}

static void chain_is_closed(void)
{
	size_t position;

	is_int(cgswap_chain_get_length(fixture.chain), 0, "a closed chain has no entries");
	ok(!cgswap_chain_get_entry(fixture.chain, 0), "a closed chain has no first entry");
	is_str(cgswap_chain_get_cgroup(fixture.chain), "", "a closed chain has no cgroup");
	EXPECT_CAUSE(cgswap_chain_read(fixture.chain), HANDLE_CLOSED, "read");
	EXPECT_CAUSE(cgswap_chain_find(fixture.chain, "pos:0", &position), HANDLE_CLOSED, "find");
	EXPECT_CAUSE(cgswap_chain_detach(fixture.chain, "pos:0", NULL), HANDLE_CLOSED, "detach");
	expect_ok(cgswap_chain_close(fixture.chain), "closing it twice is allowed");
}

static void replace_is_closed(void)
{
	is_int(cgswap_replace_get_length(replace), 0, "a closed replace has no steps");
	ok(!cgswap_replace_get_step(replace, 0), "a closed replace has no first step");
	EXPECT_CAUSE(cgswap_replace_check(replace), HANDLE_CLOSED, "check");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), HANDLE_CLOSED, "commit");
	EXPECT_CAUSE(cgswap_replace_rollback(replace), HANDLE_CLOSED, "rollback");
	cgswap_replace_cancel(replace);
	expect_ok(cgswap_replace_close(replace), "closing it twice is allowed");
}

static void session_is_closed(void)
{
	cgswap_chain *chain;
	bool answer;

	is_str(cgswap_session_get_kernel(fixture.session), "", "a closed session has no kernel");
	EXPECT_CAUSE(cgswap_session_has(fixture.session, CGSWAP_FEATURE_REPLACE, &answer),
		     HANDLE_CLOSED, "has");
	EXPECT_CAUSE(cgswap_chain_open(&chain, fixture.session, fixture.cgroup.path, "egress"),
		     HANDLE_CLOSED, "opening a chain");
	ok(!chain, "the out parameter is NULL");
	expect_ok(cgswap_session_close(fixture.session), "closing it twice is allowed");
}

static void plan_a_step(void)
{
	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL), "a step");
}

static void each_by_itself(void)
{
	plan_a_step();
	expect_ok(cgswap_replace_close(replace), "the replace is closed");
	replace_is_closed();
	expect_ok(cgswap_program_close(fixture.program), "the program is closed");
	program_is_closed();
	expect_ok(cgswap_chain_close(fixture.chain), "the chain is closed");
	chain_is_closed();
	cgswap_replace_unref(replace);
}

static void all_with_the_session(void)
{
	plan_a_step();
	expect_ok(cgswap_session_close(fixture.session), "the session is closed");
	session_is_closed();
	chain_is_closed();
	replace_is_closed();
	is_int(cgswap_program_get_id(fixture.program), 0, "its program is closed too");
	cgswap_replace_unref(replace);
}

static void in_a_scene(const char *name, void (*part)(void))
{
	struct raw_chain before;

	fixture = fixture_new(name, ENTRIES);
	before = fixture_chain(&fixture);
	part();
	fixture_untouched(&fixture, &before, "closing handles does not change the kernel");
	fixture_free(&fixture);
}

int main(void)
{
	need_live();
	in_a_scene("each", each_by_itself);
	in_a_scene("all", all_with_the_session);
	return done_testing();
}
