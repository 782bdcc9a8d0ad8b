/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commit, roll back, commit again: the same transaction as often as one likes. What cannot be
 * repeated is refused or does nothing, and what is put back keeps its place.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <string.h>

int main(void)
{
	const cgswap_step *step;
	cgswap_replace *replace;
	struct raw_chain before;
	struct fixture fixture;
	int swapped[3];

	need_live();
	fixture = fixture_new("again", 3);
	memcpy(swapped, fixture.progs, sizeof(swapped));
	swapped[1] = fixture.spare;
	expect_ok(cgswap_replace_new(&replace, fixture.session, NULL), "a transaction");
	expect_ok(cgswap_replace_commit(replace, NULL), "an empty one is committed");
	expect_ok(cgswap_replace_rollback(replace), "and rolled back");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", fixture.program, NULL), "a step");
	step = cgswap_replace_get_step(replace, 0);

	before = fixture_chain(&fixture);
	expect_ok(cgswap_replace_rollback(replace), "a roll-back before any commit");
	fixture_untouched(&fixture, &before, "does nothing");

	for (int i = 0; i < 5; i++) {
		expect_ok(cgswap_replace_commit(replace, NULL), "commit %d", i);
		is_int(cgswap_step_get_state(step), CGSWAP_STEP_DONE, "the step is done");
		ok(cgswap_step_get_verified(step), "and verified");
		chain_is(fixture.cgroup.fd, EGRESS, swapped, 3, "the new one stands there");
		expect_ok(cgswap_replace_rollback(replace), "roll-back %d", i);
		is_int(cgswap_step_get_state(step), CGSWAP_STEP_UNDONE, "the step is undone");
		chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the old one stands there");
	}
	expect_ok(cgswap_replace_commit(replace, NULL), "committed");
	before = fixture_chain(&fixture);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), BAD_ARGUMENT, "on top of a commit");
	EXPECT_CAUSE(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL),
		     BAD_ARGUMENT, "another step after the commit");
	fixture_untouched(&fixture, &before, "both do nothing");
	expect_ok(cgswap_replace_rollback(replace), "a roll-back");
	before = fixture_chain(&fixture);
	expect_ok(cgswap_replace_rollback(replace), "a second roll-back");
	fixture_untouched(&fixture, &before, "does nothing");

	/* the transaction keeps what it needs, whatever the caller lets go */
	expect_ok(cgswap_program_close(fixture.program), "the program's handle is closed");
	expect_ok(cgswap_chain_close(fixture.chain), "so is the chain's");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit without them");
	chain_is(fixture.cgroup.fd, EGRESS, swapped, 3, "it is swapped");
	expect_ok(cgswap_replace_rollback(replace), "roll-back without them");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "and back");

	expect_ok(cgswap_replace_commit(replace, NULL), "committed once more");
	expect_ok(cgswap_replace_close(replace), "and the transaction is forgotten");
	chain_is(fixture.cgroup.fd, EGRESS, swapped, 3, "what was committed stays");
	cgswap_replace_unref(replace);
	fixture_free(&fixture);
	return done_testing();
}
