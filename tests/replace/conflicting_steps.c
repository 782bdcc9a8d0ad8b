/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Conflicting steps of one transaction are an error at the latest in the commit, and change
 * nothing: the same entry twice, two entries that exchange their programs, the same new program
 * twice.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static struct fixture fixture;

/* Adds two steps; one of the calls must fail. */
static void both(const char *old_a, cgswap_program *new_a, const char *old_b, cgswap_program *new_b,
		 const char *name)
{
	struct raw_chain before = fixture_chain(&fixture), now;
	struct descriptors open = descriptors_now();
	enum cgswap_cause cause;
	enum cgswap_status status;
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, old_a, new_a, NULL), "%s: a step", name);
	status = cgswap_replace_add(replace, fixture.chain, old_b, new_b, NULL);
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	cause = cgswap_error_get_cause(cgswap_last_error());
	ok(status && cause != CGSWAP_CAUSE_UNEXPLAINED && cause != CGSWAP_CAUSE_ROLLBACK_INCOMPLETE,
	   "%s: fails with %s: %s", name, cgswap_cause_get_name(cause),
	   cgswap_error_get_message(cgswap_last_error()));
	now = fixture_chain(&fixture);
	ok(chain_same(&now, &before), "%s: the chain is as before", name);
	cgswap_replace_unref(replace);
	ok(descriptors_same(&open), "%s: no descriptor is left open", name);
}

/* The second step may attach a program that the first one replaces. */
static void freed_by_the_step_before(cgswap_program *p0)
{
	const int wanted[] = { fixture.spare, fixture.progs[0], fixture.progs[2] };
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL),
		  "a step that replaces a program");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", p0, NULL),
		  "a step that attaches it at another position");
	expect_ok(cgswap_replace_check(replace), "check succeeds");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit succeeds");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 3, "both positions have their new programs");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the chain is as before");
	cgswap_replace_unref(replace);
}

int main(void)
{
	cgswap_program *p0, *p1, *other;
	int other_fd;

	need_live();
	fixture = fixture_new("contradict", 3);
	p0 = live_program(fixture.session, fixture.progs[0]);
	p1 = live_program(fixture.session, fixture.progs[1]);
	other_fd = prog_pass(EGRESS, "other");
	other = live_program(fixture.session, other_fd);

	both("pos:1", fixture.program, "pos:1", other, "the same entry twice");
	both("pos:0", p1, "pos:1", p0, "exchanged programs");
	both("pos:0", fixture.program, "pos:1", fixture.program, "the same new program twice");
	freed_by_the_step_before(p0);

	cgswap_program_unref(p0);
	cgswap_program_unref(p1);
	cgswap_program_unref(other);
	fixture_free(&fixture);
	return done_testing();
}
