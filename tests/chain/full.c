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
	struct fixture fixture;
	cgswap_replace *replace;
	int last, link;

	need_live();
	fixture = fixture_new("full", FULL - 1);
	expect_ok(cgswap_replace_new(&replace, fixture.session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:5", fixture.program, NULL),
		  "a step, while there is room");
	last = prog_pass(EGRESS, "last");
	link = raw_link_create(fixture.cgroup.fd, last, EGRESS, 0);
	before = fixture_chain(&fixture);
	is_int(before.count, FULL, "the chain is full");

	EXPECT_CAUSE(cgswap_replace_check(replace), CHAIN_FULL, "check");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), CHAIN_FULL, "commit");
	is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, 0)), CGSWAP_CAUSE_CHAIN_FULL,
	       "the step says so");
	EXPECT_CAUSE(swap(fixture.session, fixture.chain, "pos:0", fixture.program), CHAIN_FULL,
		     "a new swap");
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, NULL), CHAIN_FULL, "attach");
	fixture_untouched(&fixture, &before, "after all refusals");

	chain_close_link(link, fixture.cgroup.fd, EGRESS);
	expect_ok(cgswap_replace_commit(replace, NULL), "with room for one it works");
	before = fixture_chain(&fixture);
	is_int(before.ids[5], raw_prog_id(fixture.spare), "in its place");
	is_int(before.count, FULL - 1, "and nothing was appended");
	cgswap_replace_unref(replace);
	raw_close(last);
	fixture_free(&fixture);
	return done_testing();
}
