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

static struct scene scene;

static cgswap_replace *planned(enum cgswap_verify verify)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = verify };
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, scene.session, &opts), "a transaction");
	expect_ok(cgswap_replace_add(replace, scene.chain, "pos:1", scene.program, NULL), "a step");
	return replace;
}

static void verified(enum cgswap_verify verify)
{
	cgswap_replace *replace = planned(verify);
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);
	uint64_t before = scene_chain(&scene).revision;

	ok(!cgswap_step_get_verified(step), "not verified before the commit");
	is_int(cgswap_step_get_revision(step), 0, "no revision yet");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	ok(cgswap_step_get_verified(step), "verified");
	is_int(scene_chain(&scene).revision, before + kernel_has_revision(), "one change");
	is_int(cgswap_step_get_revision(step), scene_chain(&scene).revision,
	       "the step tells the revision after it");
	expect_ok(cgswap_replace_rollback(replace), "roll-back");
	is_int(scene_chain(&scene).revision, before + 2 * kernel_has_revision(), "another change");
	ok(!cgswap_step_get_verified(step), "a step that was undone is not verified");
	cgswap_replace_unref(replace);
}

static void unverified(void)
{
	cgswap_replace *replace = planned(CGSWAP_VERIFY_OFF);
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);
	const int swapped[] = { scene.progs[0], scene.spare, scene.progs[2] };

	expect_ok(cgswap_replace_commit(replace, NULL), "commit without looking");
	is_int(cgswap_step_get_state(step), CGSWAP_STEP_DONE, "done");
	ok(!cgswap_step_get_verified(step), "and not claimed to be verified");
	chain_is(scene.cgroup.fd, EGRESS, swapped, 3, "it is done none the less");
	expect_ok(cgswap_replace_rollback(replace), "roll-back without looking");
	chain_is(scene.cgroup.fd, EGRESS, scene.progs, 3, "and back");
	cgswap_replace_unref(replace);
}

static void bad_options(void)
{
	const struct cgswap_replace_opts bad_verify = { .sz = sizeof(bad_verify), .verify = 7 };
	const struct cgswap_replace_opts bad_retries = { .sz = sizeof(bad_retries), .retries = -2 };
	cgswap_replace *replace;

	EXPECT_CAUSE(cgswap_replace_new(&replace, scene.session, &bad_verify), BAD_ARGUMENT,
		     "verify 7");
	EXPECT_CAUSE(cgswap_replace_new(&replace, scene.session, &bad_retries), BAD_ARGUMENT,
		     "retries -2");
}

int main(void)
{
	need_live();
	scene = scene_new("verified", 3);
	verified(CGSWAP_VERIFY_DEFAULT);
	verified(CGSWAP_VERIFY_ON);
	unverified();
	bad_options();
	scene_free(&scene);
	return done_testing();
}
