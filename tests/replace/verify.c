/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a step says of itself after the commit agrees with what the kernel says: verified,
 * revision, state. Verification can be turned off, and then nothing is claimed.
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
	is_int(cgswap_step_get_revision(step), 0, "no revision yet");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	ok(cgswap_step_get_verified(step), "verified");
	is_int(fixture_chain(&fixture).revision, before + kernel_has_revision(), "one change");
	is_int(cgswap_step_get_revision(step), fixture_chain(&fixture).revision,
	       "the step tells the revision after it");
	expect_ok(cgswap_replace_rollback(replace), "roll-back");
	is_int(fixture_chain(&fixture).revision, before + 2 * kernel_has_revision(), "another change");
	ok(!cgswap_step_get_verified(step), "a step that was undone is not verified");
	cgswap_replace_unref(replace);
}

static void unverified(void)
{
	cgswap_replace *replace = planned(CGSWAP_VERIFY_OFF);
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);
	const int swapped[] = { fixture.progs[0], fixture.spare, fixture.progs[2] };

	expect_ok(cgswap_replace_commit(replace, NULL), "commit without looking");
	is_int(cgswap_step_get_state(step), CGSWAP_STEP_DONE, "done");
	ok(!cgswap_step_get_verified(step), "and not claimed to be verified");
	chain_is(fixture.cgroup.fd, EGRESS, swapped, 3, "it is done none the less");
	expect_ok(cgswap_replace_rollback(replace), "roll-back without looking");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "and back");
	cgswap_replace_unref(replace);
}

static void bad_options(void)
{
	const struct cgswap_replace_opts bad_verify = { .sz = sizeof(bad_verify), .verify = 7 };
	const struct cgswap_replace_opts bad_retries = { .sz = sizeof(bad_retries), .retries = -2 };
	cgswap_replace *replace;

	EXPECT_CAUSE(cgswap_replace_new(&replace, fixture.session, &bad_verify), BAD_ARGUMENT,
		     "verify 7");
	EXPECT_CAUSE(cgswap_replace_new(&replace, fixture.session, &bad_retries), BAD_ARGUMENT,
		     "retries -2");
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
