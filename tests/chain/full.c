/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In a chain of 64 entries, the maximum with links counted, the kernel rejects even a replace,
 * which adds no entry: the cause is chain_full, and the chain does not change.
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
		  "a step before the chain is full");
	last = prog_pass(EGRESS, "last");
	link = raw_link_create(fixture.cgroup.fd, last, EGRESS, 0);
	before = fixture_chain(&fixture);
	is_int(before.count, FULL, "the chain is full");

	EXPECT_CAUSE(cgswap_replace_check(replace), CHAIN_FULL, "check");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), CHAIN_FULL, "commit");
	is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, 0)), CGSWAP_CAUSE_CHAIN_FULL,
	       "the step has the cause");
	EXPECT_CAUSE(swap(fixture.session, fixture.chain, "pos:0", fixture.program), CHAIN_FULL,
		     "a new swap");
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, NULL), CHAIN_FULL, "attach");
	fixture_untouched(&fixture, &before, "after all errors");

	chain_close_link(link, fixture.cgroup.fd, EGRESS);
	expect_ok(cgswap_replace_commit(replace, NULL), "commit with 63 entries");
	before = fixture_chain(&fixture);
	is_int(before.ids[5], raw_prog_id(fixture.spare),
	       "the new program is at the position of the old one");
	is_int(before.count, FULL - 1, "the chain still has 63 entries");
	cgswap_replace_unref(replace);
	raw_close(last);
	fixture_free(&fixture);
	return done_testing();
}
