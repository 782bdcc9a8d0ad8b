/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After a change between adding a step and its commit, check and commit give the same cause: for a
 * program attached again in another mode, and for the removed cgroup of a plain entry or of a link,
 * which the kernel still updates for a moment, without effect.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static cgswap_session *session;
static int old, spare;

struct plan {
	struct scratch cgroup;
	cgswap_chain *chain;
	cgswap_program *program;
	cgswap_replace *replace;
};

static void add(struct plan *plan)
{
	plan->chain = live_chain(session, plan->cgroup.path, "egress");
	plan->program = live_program(session, spare);
	expect_ok(cgswap_replace_new(&plan->replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(plan->replace, plan->chain, "pos:0", plan->program, NULL),
		  "a step");
}

static void both_fail(struct plan *plan, enum cgswap_cause cause, const char *name)
{
	expect_refusal(cgswap_replace_check(plan->replace), cause, NULL, "%s: check", name);
	expect_refusal(cgswap_replace_commit(plan->replace, NULL), cause, NULL, "%s: commit", name);
	is_int(cgswap_step_get_state(cgswap_replace_get_step(plan->replace, 0)), CGSWAP_STEP_FAILED,
	       "%s: cause of the step", name);
	cgswap_replace_unref(plan->replace);
	cgswap_program_unref(plan->program);
	cgswap_chain_unref(plan->chain);
}

static void change_mode(void)
{
	struct plan plan = { .cgroup = scratch_new("mode") };

	if (raw_attach(plan.cgroup.fd, old, EGRESS, RAW_OVERRIDE))
		bail_out("cannot attach");
	add(&plan);
	raw_detach(plan.cgroup.fd, old, EGRESS);
	raw_attach(plan.cgroup.fd, old, EGRESS, RAW_NONE);
	both_fail(&plan, CGSWAP_CAUSE_OWN_MODE_CONFLICT, "from override to none");
	chain_is(plan.cgroup.fd, EGRESS, &old, 1, "the old program is still attached");
}

static void remove_cgroup(bool by_link)
{
	struct plan plan = { .cgroup = scratch_new(by_link ? "gone-link" : "gone") };
	int link = -1;

	if (by_link)
		link = raw_link_create(plan.cgroup.fd, old, EGRESS, 0);
	else
		raw_attach(plan.cgroup.fd, old, EGRESS, RAW_MULTI);
	add(&plan);
	scratch_remove(&plan.cgroup);
	both_fail(&plan, CGSWAP_CAUSE_CGROUP_GONE,
		  by_link ? "the removed cgroup of a link" : "the removed cgroup of a plain entry");
	if (link >= 0)
		raw_close(link);
}

int main(void)
{
	need_live();
	session = live_session();
	old = prog_pass(EGRESS, "old");
	spare = prog_pass(EGRESS, "spare");
	if (kernel_has_revision())
		change_mode();
	remove_cgroup(false);
	remove_cgroup(true);
	cgswap_session_unref(session);
	raw_close(old);
	raw_close(spare);
	return done_testing();
}
