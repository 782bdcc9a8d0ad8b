/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In none and override mode a program is replaced by an attach over it, in its mode. The kernel
 * does not ask what was there, so the revision guards it; where there are none it is refused,
 * unless it is said that it may go unguarded.
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

static void stands(int prog, const char *name)
{
	struct raw_chain now = chain_now(cgroup.fd, EGRESS);

	chain_is(cgroup.fd, EGRESS, &prog, 1, name);
	is_int(now.flags, flags, "in its mode");
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
	is_int(cgswap_step_get_guard(step), CGSWAP_GUARD_NOT_DONE, "nothing is done yet");
	expect_ok(cgswap_replace_check(replace), "it would be done");
	chain_untouched(cgroup.fd, EGRESS, &before, "until now");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is done");
	stands(second, "the new one stands there alone");
	is_int(cgswap_step_get_guard(step), CGSWAP_GUARD_REVISION, "held to the revision");
	is_int(cgswap_step_get_revision(step), chain_now(cgroup.fd, EGRESS).revision,
	       "which is told");
	ok(cgswap_step_get_verified(step), "and it was looked at");
	expect_ok(cgswap_replace_rollback(replace), "undone");
	stands(first, "the old one is back");

	/* somebody overwrites it before the commit, and before the roll-back */
	raw_attach(cgroup.fd, third, EGRESS, flags);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LOST_RACE, "another one stands there");
	stands(third, "and it stays");
	raw_attach(cgroup.fd, first, EGRESS, flags);
	expect_ok(cgswap_replace_commit(replace, NULL), "the old one is there again");
	raw_attach(cgroup.fd, third, EGRESS, flags);
	EXPECT_CAUSE(cgswap_replace_rollback(replace), ROLLBACK_INCOMPLETE, "it is not ours");
	stands(third, "and it stays");
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
		     KERNEL_LACKS_FEATURE, "without revisions");
	is_int(cgswap_replace_get_length(replace), 0, "there is no step");
	chain_untouched(cgroup.fd, EGRESS, &before, "nothing was overwritten");
	opts.allow_unguarded = 1;
	expect_ok(cgswap_replace_add(replace, chain, by_id(first), program, &opts),
		  "it may go unguarded");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is done");
	stands(second, "the new one stands there alone");
	is_int(cgswap_step_get_guard(cgswap_replace_get_step(replace, 0)), CGSWAP_GUARD_NONE,
	       "it is told that nothing guarded it");
	expect_ok(cgswap_replace_rollback(replace), "undone");
	stands(first, "the old one is back");
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
