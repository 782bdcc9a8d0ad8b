/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenario 6: a transaction is committed, rolled back and committed again at the same positions. */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <unistd.h>

enum { ENTRIES = 3, ROUNDS = 3 };

int main(void)
{
	struct fixture fixture;
	cgswap_replace *replace;
	cgswap_program *last;
	const cgswap_step *steps[2];
	int last_fd;

	need_live();
	fixture = fixture_new("again", ENTRIES);
	last_fd = prog_pass(EGRESS, "last");
	last = live_program(fixture.session, last_fd);
	const int swapped[] = { fixture.spare, fixture.progs[1], last_fd };

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL), "a step");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:2", last, NULL), "another step");
	is_int(cgswap_replace_get_length(replace), 2, "two steps");
	for (int i = 0; i < 2; i++)
		steps[i] = cgswap_replace_get_step(replace, i);
	expect_ok(cgswap_replace_rollback(replace), "a rollback before the commit does nothing");

	for (int round = 0; round < ROUNDS; round++) {
		expect_ok(cgswap_replace_commit(replace, NULL), "commit");
		chain_is(fixture.cgroup.fd, EGRESS, swapped, ENTRIES, "both are swapped");
		for (int i = 0; i < 2; i++)
			is_int(cgswap_step_get_state(steps[i]), CGSWAP_STEP_DONE, "step %d", i);
		expect_ok(cgswap_replace_rollback(replace), "roll back");
		chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, ENTRIES, "both are restored");
		for (int i = 0; i < 2; i++)
			is_int(cgswap_step_get_state(steps[i]), CGSWAP_STEP_UNDONE, "step %d", i);
	}
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	cgswap_replace_unref(replace);
	chain_is(fixture.cgroup.fd, EGRESS, swapped, ENTRIES, "the committed change stays");
	cgswap_program_unref(last);
	close(last_fd);
	fixture_free(&fixture);
	return done_testing();
}
