/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After a commit the step is verified and has the revision of the kernel. With verification off it
 * is done, but not verified.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static struct fixture fixture;

static cgswap_replace *planned(enum cgswap_verify verify)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = verify };
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, fixture.session, &opts), "a transaction");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", fixture.program, NULL), "a step");
	return replace;
}

static void verified(enum cgswap_verify verify)
{
	cgswap_replace *replace = planned(verify);
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);
	uint64_t before = fixture_chain(&fixture).revision;

	ok(!cgswap_step_get_verified(step), "not verified before the commit");
	is_int(cgswap_step_get_revision(step), 0, "no revision before the commit");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	ok(cgswap_step_get_verified(step), "verified after the commit");
	is_int(fixture_chain(&fixture).revision, before + kernel_has_revision(),
	       "the revision changed once");
	is_int(cgswap_step_get_revision(step), fixture_chain(&fixture).revision,
	       "the step has the revision after it");
	expect_ok(cgswap_replace_rollback(replace), "roll-back");
	is_int(fixture_chain(&fixture).revision, before + 2 * kernel_has_revision(),
	       "the revision changed once more");
	ok(!cgswap_step_get_verified(step), "a step that was undone is not verified");
	cgswap_replace_unref(replace);
}

static void unverified(void)
{
	cgswap_replace *replace = planned(CGSWAP_VERIFY_OFF);
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);
	const int swapped[] = { fixture.progs[0], fixture.spare, fixture.progs[2] };

	expect_ok(cgswap_replace_commit(replace, NULL), "commit without verification");
	is_int(cgswap_step_get_state(step), CGSWAP_STEP_DONE, "the step is done");
	ok(!cgswap_step_get_verified(step), "the step is not verified");
	chain_is(fixture.cgroup.fd, EGRESS, swapped, 3, "the new program is attached");
	expect_ok(cgswap_replace_rollback(replace), "roll-back without verification");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the old program is attached");
	cgswap_replace_unref(replace);
}

static void bad_options(void)
{
	const struct cgswap_replace_opts bad_verify = { .sz = sizeof(bad_verify), .verify = 7 };
	const struct cgswap_replace_opts bad_retries = { .sz = sizeof(bad_retries), .retries = -2 };
	cgswap_replace *replace;

	EXPECT_CAUSE(cgswap_replace_new(&replace, fixture.session, &bad_verify), BAD_ARGUMENT,
		     "an unknown value of verify");
	EXPECT_CAUSE(cgswap_replace_new(&replace, fixture.session, &bad_retries), BAD_ARGUMENT,
		     "an invalid number of retries");
}

int main(void)
{
	need_live();
	fixture = fixture_new("verified", 3);
	verified(CGSWAP_VERIFY_DEFAULT);
	verified(CGSWAP_VERIFY_ON);
	unverified();
	bad_options();
	fixture_free(&fixture);
	return done_testing();
}
