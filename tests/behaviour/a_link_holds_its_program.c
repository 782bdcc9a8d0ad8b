/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a link holds is recognised and said, and not touched: the kernel replaces and detaches
 * only what was attached plainly, and says ENOENT for the rest.
 */
#include "../lib/expect.h"
#include "../lib/hooks.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/scene.h"
#include "../tap/tap.h"

#include <stdio.h>

int main(void)
{
	struct raw_chain before;
	struct scene scene;
	char selector[32];
	int prog, link;

	need_live();
	scene = scene_new("link", 2);
	prog = prog_pass(EGRESS, "linked");
	link = raw_link_create(scene.cgroup.fd, prog, EGRESS, 0);
	before = scene_chain(&scene);
	is_int(before.count, 3, "two plain programs and one in a link");

	expect_ok(cgswap_chain_read(scene.chain), "the chain is read");
	expect_ok(cgswap_chain_describe(scene.chain, CGSWAP_DESCRIBE_LINKS), "and its links");
	is_int(cgswap_entry_get_link_id(cgswap_chain_get_entry(scene.chain, 2)), raw_link_id(link),
	       "the third entry knows its link");
	is_int(cgswap_entry_get_link_id(cgswap_chain_get_entry(scene.chain, 0)), 0,
	       "the first has none");

	snprintf(selector, sizeof(selector), "link:%u", raw_link_id(link));
	EXPECT_CAUSE(swap(scene.session, scene.chain, by_id(prog), scene.program), HELD_BY_LINK,
		     "replace by id");
	EXPECT_CAUSE(swap(scene.session, scene.chain, "name:linked", scene.program), HELD_BY_LINK,
		     "replace by name");
	EXPECT_CAUSE(swap(scene.session, scene.chain, "pos:2", scene.program), HELD_BY_LINK,
		     "replace by place");
	EXPECT_CAUSE(swap(scene.session, scene.chain, selector, scene.program), HELD_BY_LINK,
		     "replace by link");
	EXPECT_CAUSE(cgswap_chain_detach(scene.chain, by_id(prog), NULL), HELD_BY_LINK, "detach");
	EXPECT_CAUSE(cgswap_chain_detach(scene.chain, selector, NULL), HELD_BY_LINK,
		     "detach by link");
	scene_untouched(&scene, &before, "after all refusals");

	expect_ok(swap(scene.session, scene.chain, "pos:0", scene.program),
		  "a plain one beside it can be replaced");
	before = scene_chain(&scene);
	is_int(before.ids[2], raw_prog_id(prog), "the link still stands at its place");

	raw_close(link);
	raw_close(prog);
	scene_free(&scene);
	return done_testing();
}
