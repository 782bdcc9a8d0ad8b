/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same transaction can be committed and rolled back any number of times, and the roll-back
 * restores the old program at its position. A second commit is an error; a second roll-back does
 * nothing.
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
	expect_ok(cgswap_replace_commit(replace, NULL), "an empty transaction is committed");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", fixture.program, NULL), "a step");
	step = cgswap_replace_get_step(replace, 0);

	before = fixture_chain(&fixture);
	expect_ok(cgswap_replace_rollback(replace), "a roll-back before any commit");
	fixture_untouched(&fixture, &before, "after a roll-back that has nothing to do");

	for (int i = 0; i < 5; i++) {
		expect_ok(cgswap_replace_commit(replace, NULL), "commit %d", i);
		is_int(cgswap_step_get_state(step), CGSWAP_STEP_DONE, "the step is done");
		ok(cgswap_step_get_verified(step), "the step is verified");
		chain_is(fixture.cgroup.fd, EGRESS, swapped, 3, "the new program is attached");
		expect_ok(cgswap_replace_rollback(replace), "roll-back %d", i);
		is_int(cgswap_step_get_state(step), CGSWAP_STEP_UNDONE, "the step is undone");
		chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3,
			 "the old program is attached");
	}
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	before = fixture_chain(&fixture);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), BAD_ARGUMENT, "a second commit");
	EXPECT_CAUSE(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL),
		     BAD_ARGUMENT, "another step after the commit");
	fixture_untouched(&fixture, &before, "after both errors");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back after the errors");
	before = fixture_chain(&fixture);
	expect_ok(cgswap_replace_rollback(replace), "a second roll-back");
	fixture_untouched(&fixture, &before, "after a roll-back that has nothing to do");

	/* the transaction keeps what it needs when the caller closes its handles */
	expect_ok(cgswap_program_close(fixture.program), "the program handle is closed");
	expect_ok(cgswap_chain_close(fixture.chain), "the chain handle is closed");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit without them");
	chain_is(fixture.cgroup.fd, EGRESS, swapped, 3, "the new program is attached without them");
	expect_ok(cgswap_replace_rollback(replace), "roll-back without them");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3,
		 "the old program is attached without them");

	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed once more");
	expect_ok(cgswap_replace_close(replace), "the transaction is closed");
	chain_is(fixture.cgroup.fd, EGRESS, swapped, 3, "the new program stays attached");
	cgswap_replace_unref(replace);
	fixture_free(&fixture);
	return done_testing();
}
