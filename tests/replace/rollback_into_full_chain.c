/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel refuses a replace in a chain of 64 entries. If others have filled the chain after a
 * commit, a rollback is incomplete; it succeeds when they have detached one.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/tap.h"

int main(void)
{
	int crowd[RAW_CHAIN_MAX - 1];
	struct fixture fixture;
	cgswap_replace *replace;
	const cgswap_step *step;

	need_live();
	scratch_bystander(EGRESS);
	fixture = fixture_new("full", 1);
	prog_pass_many(EGRESS, "c", crowd, RAW_CHAIN_MAX - 1);
	expect_ok(cgswap_replace_new(&replace, fixture.session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL), "a step");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	for (int i = 0; i < RAW_CHAIN_MAX - 1; i++)
		raw_attach(fixture.cgroup.fd, crowd[i], EGRESS, RAW_MULTI);
	EXPECT_CAUSE(cgswap_replace_rollback(replace), ROLLBACK_INCOMPLETE, "others filled the chain");
	step = cgswap_replace_get_step(replace, 0);
	is_str(cgswap_cause_get_name(cgswap_step_get_cause(step)), "chain_full",
	       "the cause of the step");
	raw_detach(fixture.cgroup.fd, crowd[0], EGRESS);
	expect_ok(cgswap_replace_rollback(replace), "others detached one");
	is_int(fixture_chain(&fixture).ids[0], raw_prog_id(fixture.progs[0]),
	       "the old program is back");
	cgswap_replace_unref(replace);
	fixture_free(&fixture);
	return done_testing();
}
