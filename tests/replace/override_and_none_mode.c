/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In none and override mode a program is replaced by an attach in the same mode. The kernel does
 * not compare the old program, so the revision guards the swap; without revisions it is an error
 * unless allow_unguarded is set.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static struct scratch cgroup;
static int first, second, third;
static uint32_t flags;

static void attached_alone(int prog, const char *name)
{
	struct raw_chain now = chain_now(cgroup.fd, EGRESS);

	chain_is(cgroup.fd, EGRESS, &prog, 1, name);
	is_int(now.flags, flags, "the mode of the chain is the same");
}

static void guarded(void)
{
	cgswap_session *session = live_session_without(NULL);
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");
	cgswap_program *program = live_program(session, second);
	struct raw_chain before = chain_now(cgroup.fd, EGRESS);
	const cgswap_step *step;
	cgswap_replace *replace;

	cgswap_replace_new(&replace, session, NULL);
	expect_ok(cgswap_replace_add(replace, chain, by_id(first), program, NULL), "a step");
	step = cgswap_replace_get_step(replace, 0);
	is_int(cgswap_step_get_guard(step), CGSWAP_GUARD_NOT_DONE,
	       "a step that is not done has no guard");
	expect_ok(cgswap_replace_check(replace), "check succeeds");
	chain_untouched(cgroup.fd, EGRESS, &before, "after check");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit succeeds");
	attached_alone(second, "the new program is attached alone");
	is_int(cgswap_step_get_guard(step), CGSWAP_GUARD_REVISION, "its guard is the revision");
	is_int(cgswap_step_get_revision(step), chain_now(cgroup.fd, EGRESS).revision,
	       "the step has the revision");
	ok(cgswap_step_get_verified(step), "the step is verified");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	attached_alone(first, "the old program is attached again");

	/* another writer overwrites it before the commit, and before the roll-back */
	raw_attach(cgroup.fd, third, EGRESS, flags);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LOST_RACE,
		     "commit after another program was attached");
	attached_alone(third, "the other program is still attached");
	raw_attach(cgroup.fd, first, EGRESS, flags);
	expect_ok(cgswap_replace_commit(replace, NULL),
		  "commit after the old program was attached again");
	raw_attach(cgroup.fd, third, EGRESS, flags);
	EXPECT_CAUSE(cgswap_replace_rollback(replace), ROLLBACK_INCOMPLETE,
		     "roll-back after another program was attached");
	attached_alone(third, "the other program is still attached");
	raw_attach(cgroup.fd, first, EGRESS, flags);

	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

static void unguarded(void)
{
	struct cgswap_step_opts opts = { .sz = sizeof(opts) };
	cgswap_session *session = live_session_without("revision,expected_revision");
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");
	cgswap_program *program = live_program(session, second);
	struct raw_chain before = chain_now(cgroup.fd, EGRESS);
	cgswap_replace *replace;

	cgswap_replace_new(&replace, session, NULL);
	EXPECT_CAUSE(cgswap_replace_add(replace, chain, by_id(first), program, &opts),
		     KERNEL_LACKS_FEATURE, "a step without revisions");
	is_int(cgswap_replace_get_length(replace), 0, "no step was added");
	chain_untouched(cgroup.fd, EGRESS, &before, "after the error");
	opts.allow_unguarded = 1;
	expect_ok(cgswap_replace_add(replace, chain, by_id(first), program, &opts),
		  "a step with allow_unguarded");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit succeeds");
	attached_alone(second, "the new program is attached alone");
	is_int(cgswap_step_get_guard(cgswap_replace_get_step(replace, 0)), CGSWAP_GUARD_NONE,
	       "the step reports that it had no guard");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	attached_alone(first, "the old program is attached again");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

static void in_mode(uint32_t mode, const char *name)
{
	flags = mode;
	diag("%s mode", name);
	cgroup = scratch_new(name);
	if (raw_attach(cgroup.fd, first, EGRESS, flags))
		bail_out("cannot attach");
	if (kernel_has_revision())
		guarded();
	unguarded();
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

int main(void)
{
	need_live();
	first = prog_pass(EGRESS, "first");
	second = prog_pass(EGRESS, "second");
	third = prog_pass(EGRESS, "third");
	in_mode(RAW_OVERRIDE, "override");
	in_mode(RAW_NONE, "none");
	raw_close(first);
	raw_close(second);
	raw_close(third);
	return done_testing();
}
