/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario 5: a check, and attach and detach with dry_run, return what the real call would, and change
 * nothing, not even the revision.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum { ENTRIES = 3 };

static struct fixture fixture;
static struct raw_chain before;

static void attach_and_detach(void)
{
	const struct cgswap_attach_opts attach = { .sz = sizeof(attach), .dry_run = 1 };
	const struct cgswap_attach_opts none = {
		.sz = sizeof(none),
		.dry_run = 1,
		.mode = CGSWAP_MODE_NONE,
	};
	const struct cgswap_detach_opts detach = { .sz = sizeof(detach), .dry_run = 1 };

	expect_ok(cgswap_chain_attach(fixture.chain, fixture.program, &attach), "attach would succeed");
	fixture_untouched(&fixture, &before, "nothing was attached");
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &none), OWN_MODE_CONFLICT,
		     "attach in none mode would fail");
	expect_ok(cgswap_chain_detach(fixture.chain, "pos:1", &detach), "detach would succeed");
	fixture_untouched(&fixture, &before, "nothing was detached");
	EXPECT_CAUSE(cgswap_chain_detach(fixture.chain, by_fd(fixture.spare), &detach), NOT_ATTACHED,
		     "detach of a program that is not attached would fail");
	fixture_untouched(&fixture, &before, "nothing changed");
}

static void a_replace(void)
{
	cgswap_replace *replace;
	const cgswap_step *step;

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", fixture.program, NULL), "a step");
	step = cgswap_replace_get_step(replace, 0);
	expect_ok(cgswap_replace_check(replace), "commit would succeed");
	is_int(cgswap_step_get_state(step), CGSWAP_STEP_PLANNED, "the step is still planned");
	fixture_untouched(&fixture, &before, "nothing was swapped");

	raw_attach(fixture.cgroup.fd, fixture.spare, EGRESS, RAW_MULTI);
	before = fixture_chain(&fixture);
	EXPECT_CAUSE(cgswap_replace_check(replace), ALREADY_ATTACHED, "now commit would fail");
	is_int(cgswap_step_get_cause(step), CGSWAP_CAUSE_ALREADY_ATTACHED, "the step has the cause");
	fixture_untouched(&fixture, &before, "nothing changed");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ALREADY_ATTACHED, "commit fails as well");
	raw_detach(fixture.cgroup.fd, fixture.spare, EGRESS);
	expect_ok(cgswap_replace_check(replace), "without the other program commit would succeed");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit succeeds");
	cgswap_replace_unref(replace);
}

int main(void)
{
	need_live();
	fixture = fixture_new("dry", ENTRIES);
	before = fixture_chain(&fixture);
	attach_and_detach();
	a_replace();
	fixture_free(&fixture);
	return done_testing();
}
