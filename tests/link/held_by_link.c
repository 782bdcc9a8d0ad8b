/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library finds out that a link holds an entry, and where links cannot be listed, swapping or
 * detaching such an entry is an error with its own cause. The kernel only returns ENOENT for it.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

int main(void)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .disable_features = "link_id" };
	struct raw_chain before;
	cgswap_session *session;
	cgswap_program *program;
	cgswap_chain *chain;
	struct fixture fixture;
	char selector[32];
	int prog, link;

	need_live();
	fixture = fixture_new("link", 2);
	prog = prog_pass(EGRESS, "linked");
	link = raw_link_create(fixture.cgroup.fd, prog, EGRESS, 0);
	before = fixture_chain(&fixture);
	is_int(before.count, 3, "two plain programs and a link are attached");

	expect_ok(cgswap_chain_read(fixture.chain), "the chain is read");
	expect_ok(cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_LINKS),
		  "its links are described");
	is_int(cgswap_entry_get_link_id(cgswap_chain_get_entry(fixture.chain, 2)),
	       raw_link_id(link), "the third entry has the id of its link");
	is_int(cgswap_entry_get_link_id(cgswap_chain_get_entry(fixture.chain, 0)), 0,
	       "the first entry has no link");

	expect_ok(cgswap_session_open(&session, &opts), "a session that cannot list links");
	chain = live_chain(session, fixture.cgroup.path, "egress");
	program = live_program(session, fixture.spare);
	snprintf(selector, sizeof(selector), "link:%u", raw_link_id(link));
	EXPECT_CAUSE(swap(session, chain, by_id(prog), program), HELD_BY_LINK, "replace by id");
	EXPECT_CAUSE(swap(session, chain, "name:linked", program), HELD_BY_LINK, "replace by name");
	EXPECT_CAUSE(swap(session, chain, "pos:2", program), HELD_BY_LINK, "replace by position");
	EXPECT_CAUSE(swap(session, chain, selector, program), KERNEL_LACKS_FEATURE,
		     "replace by link");
	EXPECT_CAUSE(cgswap_chain_detach(chain, by_id(prog), NULL), HELD_BY_LINK, "detach by id");
	EXPECT_CAUSE(cgswap_chain_detach(chain, selector, NULL), KERNEL_LACKS_FEATURE,
		     "detach by link");
	fixture_untouched(&fixture, &before, "after all errors");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);

	expect_ok(swap(fixture.session, fixture.chain, "pos:0", fixture.program),
		  "a plain entry of the chain can be replaced");
	before = fixture_chain(&fixture);
	is_int(before.ids[2], raw_prog_id(prog), "the link is at the same position");

	raw_close(link);
	raw_close(prog);
	fixture_free(&fixture);
	return done_testing();
}
