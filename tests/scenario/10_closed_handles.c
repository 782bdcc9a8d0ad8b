/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario 10: a closed handle is answered with handle_closed, its getters give nothing, closing
 * twice is fine, and a session closes what was opened from it.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum { ENTRIES = 2 };

static struct scene scene;
static cgswap_replace *replace;

static void program_is_closed(void)
{
	is_int(cgswap_program_get_id(scene.program), 0, "a closed program has no id");
	is_int(cgswap_program_get_fd(scene.program), -1, "no descriptor");
	is_str(cgswap_program_get_name(scene.program), "", "no name");
	EXPECT_CAUSE(cgswap_chain_attach(scene.chain, scene.program, NULL), HANDLE_CLOSED, "attach");
	expect_ok(cgswap_program_close(scene.program), "closing it twice is fine");
}

static void chain_is_closed(void)
{
	size_t position;

	is_int(cgswap_chain_get_length(scene.chain), 0, "a closed chain has no entries");
	ok(!cgswap_chain_get_entry(scene.chain, 0), "not one");
	is_str(cgswap_chain_get_cgroup(scene.chain), "", "no cgroup");
	EXPECT_CAUSE(cgswap_chain_read(scene.chain), HANDLE_CLOSED, "read");
	EXPECT_CAUSE(cgswap_chain_find(scene.chain, "pos:0", &position), HANDLE_CLOSED, "find");
	EXPECT_CAUSE(cgswap_chain_detach(scene.chain, "pos:0", NULL), HANDLE_CLOSED, "detach");
	expect_ok(cgswap_chain_close(scene.chain), "closing it twice is fine");
}

static void replace_is_closed(void)
{
	is_int(cgswap_replace_get_length(replace), 0, "a closed replace has no steps");
	ok(!cgswap_replace_get_step(replace, 0), "not one");
	EXPECT_CAUSE(cgswap_replace_check(replace), HANDLE_CLOSED, "check");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), HANDLE_CLOSED, "commit");
	EXPECT_CAUSE(cgswap_replace_rollback(replace), HANDLE_CLOSED, "rollback");
	cgswap_replace_cancel(replace);
	expect_ok(cgswap_replace_close(replace), "closing it twice is fine");
}

static void session_is_closed(void)
{
	cgswap_chain *chain;
	bool answer;

	is_str(cgswap_session_get_kernel(scene.session), "", "a closed session has no kernel");
	EXPECT_CAUSE(cgswap_session_has(scene.session, CGSWAP_FEATURE_REPLACE, &answer),
		     HANDLE_CLOSED, "has");
	EXPECT_CAUSE(cgswap_chain_open(&chain, scene.session, scene.cgroup.path, "egress"),
		     HANDLE_CLOSED, "a chain of it");
	ok(!chain, "there is no chain");
	expect_ok(cgswap_session_close(scene.session), "closing it twice is fine");
}

static void plan_a_step(void)
{
	cgswap_replace_new(&replace, scene.session, NULL);
	expect_ok(cgswap_replace_add(replace, scene.chain, "pos:0", scene.program, NULL), "a step");
}

static void each_by_itself(void)
{
	plan_a_step();
	expect_ok(cgswap_replace_close(replace), "the replace is closed");
	replace_is_closed();
	expect_ok(cgswap_program_close(scene.program), "the program is closed");
	program_is_closed();
	expect_ok(cgswap_chain_close(scene.chain), "the chain is closed");
	chain_is_closed();
	cgswap_replace_unref(replace);
}

static void all_with_the_session(void)
{
	plan_a_step();
	expect_ok(cgswap_session_close(scene.session), "the session is closed");
	session_is_closed();
	chain_is_closed();
	replace_is_closed();
	is_int(cgswap_program_get_id(scene.program), 0, "its program is closed too");
	cgswap_replace_unref(replace);
}

static void in_a_scene(const char *name, void (*part)(void))
{
	struct raw_chain before;

	scene = scene_new(name, ENTRIES);
	before = scene_chain(&scene);
	part();
	scene_untouched(&scene, &before, "no close changes the kernel");
	scene_free(&scene);
}

int main(void)
{
	need_live();
	in_a_scene("each", each_by_itself);
	in_a_scene("all", all_with_the_session);
	return done_testing();
}
