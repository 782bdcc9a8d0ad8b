/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 64 entries are the most, links counted, and then the kernel refuses even a replace, which
 * needs no room: the message is chain_full, and nothing moved.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum { FULL = 64 };

int main(void)
{
	struct raw_chain before;
	struct scene scene;
	cgswap_replace *replace;
	int last, link;

	need_live();
	scene = scene_new("full", FULL - 1);
	expect_ok(cgswap_replace_new(&replace, scene.session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, scene.chain, "pos:5", scene.program, NULL),
		  "a step, while there is room");
	last = prog_pass(EGRESS, "last");
	link = raw_link_create(scene.cgroup.fd, last, EGRESS, 0);
	before = scene_chain(&scene);
	is_int(before.count, FULL, "the chain is full");

	EXPECT_CAUSE(cgswap_replace_check(replace), CHAIN_FULL, "check");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), CHAIN_FULL, "commit");
	is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, 0)), CGSWAP_CAUSE_CHAIN_FULL,
	       "the step says so");
	EXPECT_CAUSE(swap(scene.session, scene.chain, "pos:0", scene.program), CHAIN_FULL,
		     "a new swap");
	EXPECT_CAUSE(cgswap_chain_attach(scene.chain, scene.program, NULL), CHAIN_FULL, "attach");
	scene_untouched(&scene, &before, "after all refusals");

	chain_close_link(link, scene.cgroup.fd, EGRESS);
	expect_ok(cgswap_replace_commit(replace, NULL), "with room for one it works");
	before = scene_chain(&scene);
	is_int(before.ids[5], raw_prog_id(scene.spare), "in its place");
	is_int(before.count, FULL - 1, "and nothing was appended");
	cgswap_replace_unref(replace);
	raw_close(last);
	scene_free(&scene);
	return done_testing();
}
