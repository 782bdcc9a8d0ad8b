/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps of one transaction that stand in each other's way: the same entry twice, two entries
 * that would change places, the same new program twice in a chain. Refused sooner or later, and
 * nothing stays changed.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static struct fixture fixture;

/* Two steps; one of the calls must refuse. */
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
	   "%s: refused as %s: %s", name, cgswap_cause_get_name(cause),
	   cgswap_error_get_message(cgswap_last_error()));
	now = fixture_chain(&fixture);
	ok(chain_same(&now, &before), "%s: nothing stays changed", name);
	cgswap_replace_unref(replace);
	ok(descriptors_same(&open), "%s: no descriptor stays open", name);
}

/* A program that the first step takes out may come in again with the second. */
static void freed_by_the_step_before(cgswap_program *p0)
{
	const int wanted[] = { fixture.spare, fixture.progs[0], fixture.progs[2] };
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL), "one out");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", p0, NULL), "in elsewhere");
	expect_ok(cgswap_replace_check(replace), "check sees that it works");
	expect_ok(cgswap_replace_commit(replace, NULL), "it works");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 3, "both are in their new places");
	expect_ok(cgswap_replace_rollback(replace), "it can be undone");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "both are in their old places");
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

	both("pos:1", fixture.program, "pos:1", other, "one entry twice");
	both("pos:0", p1, "pos:1", p0, "changing places");
	both("pos:0", fixture.program, "pos:1", fixture.program, "one newcomer twice");
	freed_by_the_step_before(p0);

	cgswap_program_unref(p0);
	cgswap_program_unref(p1);
	cgswap_program_unref(other);
	fixture_free(&fixture);
	return done_testing();
}
