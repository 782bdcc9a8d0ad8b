/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel that says that a swap was done, and did something else: a silent append, nothing, a
 * program in another place. Verification tells, and what can be put back is put back; where that
 * fails too, something stayed changed and the status says so.
 */
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"
#include "scenarios.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char NO_REVISIONS[] = "revision,expected_revision";

static const char *const lie_names[] = {
	[FAULT_KERNEL_APPENDS] = "appends",
	[FAULT_KERNEL_IDLES] = "does nothing",
	[FAULT_KERNEL_MISPLACES] = "puts it elsewhere",
};

/* Two steps for plain entries; without revisions their preorder has to be said. */
static void prepare(struct run *run, const char *disable_features)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .disable_features = disable_features };
	const struct cgswap_step_opts plain = { .sz = sizeof(plain), .preorder = CGSWAP_PREORDER_NO };
	bool good;

	memset(run, 0, sizeof(*run));
	good = run_did(run, cgswap_session_open(&run->session, &opts)) &&
	       run_did(run, cgswap_chain_open(&run->chain[1], run->session, fixture.path[1], "egress")) &&
	       run_did(run, cgswap_replace_new(&run->replace, run->session, NULL));
	for (int i = 0; good && i < 2; i++)
		good = run_did(run, cgswap_program_open(&run->program[i], run->session,
							fault_fixture_by_fd(fixture.new[i]), NULL)) &&
		       run_did(run, cgswap_replace_add(run->replace, run->chain[1],
						       fault_fixture_by_id(fixture.old_id[1][i]),
						       run->program[i], &plain));
	if (!good)
		bail_out("%s", run_tell(run));
}

/* Lies about one replace: the one of the given step. */
static struct run commit(const char *disable_features, enum fault_kernel_lie lie, int fail_back)
{
	struct run run;

	fault_kernel_reset();
	prepare(&run, disable_features);
	fault_kernel_reset();
	fault_kernel.lie = lie;
	fault_kernel.lies_told = 1;
	fault_kernel.fail_back = fail_back;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	run_end(&run);
	return run;
}

static bool is_as_before(void)
{
	struct fault_fixture_look now = fault_fixture_look();

	if (fault_fixture_same(&now, &fixture.start))
		return true;
	fault_fixture_tell(&now, &fixture.start);
	return false;
}

static bool came_to(const struct run *run, enum cgswap_cause cause)
{
	if (run->cause == cause)
		return true;
	diag("got %s", run_tell(run));
	return false;
}

/* With revisions nobody else can be blamed. */
static void with_revisions(void)
{
	for (int lie = FAULT_KERNEL_APPENDS; lie <= FAULT_KERNEL_IDLES; lie++) {
		struct run run = commit(NULL, lie, 0);

		ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_as_before() && !run.verified[0] &&
			   run.state[0] == CGSWAP_STEP_FAILED,
		   "a kernel that %s: verify_failed, and all is as before", lie_names[lie]);
		fault_fixture_reset();
	}
}

/* The place is lost with the old program: either it is had back, or it is said that it is not. */
static void out_of_place(const char *disable_features, const char *with)
{
	struct run run = commit(disable_features, FAULT_KERNEL_MISPLACES, 0);
	bool as_before = is_as_before();

	if (disable_features && !run.status)
		ok(!run.verified[0], "a kernel that puts it elsewhere, %s: not verified", with);
	else
		ok(came_to(&run, as_before ? CGSWAP_CAUSE_VERIFY_FAILED :
					     CGSWAP_CAUSE_ROLLBACK_INCOMPLETE),
		   "a kernel that puts it elsewhere, %s: as before, or told that it is not", with);
	fault_fixture_reset();
}

/* Without them only the two side by side tell; what cannot be told is not called verified. */
static void without_revisions(void)
{
	struct run run = commit(NO_REVISIONS, FAULT_KERNEL_APPENDS, 0);

	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_as_before(),
	   "without revisions, a kernel that appends: verify_failed, and all is as before");
	fault_fixture_reset();
	run = commit(NO_REVISIONS, FAULT_KERNEL_IDLES, 0);
	ok(!run.verified[0] && run.cause != CGSWAP_CAUSE_UNEXPLAINED,
	   "without revisions, a kernel that does nothing: not verified");
	ok(run.status ? is_as_before() : true, "and where it is refused, all is as before");
	fault_fixture_reset();
}

static void take_back_fails(const char *disable_features, const char *with)
{
	struct run run = commit(disable_features, FAULT_KERNEL_APPENDS, EPERM);

	ok(came_to(&run, CGSWAP_CAUSE_ROLLBACK_INCOMPLETE) && run.status == CGSWAP_E_PARTIAL,
	   "the append cannot be taken back, %s: rollback_incomplete", with);
	ok(run.state[0] == CGSWAP_STEP_FAILED, "and the step is told as failed");
	fault_fixture_reset();
}

/* The second of two steps is lied about: the first goes back as well. */
static void in_the_second_step(void)
{
	struct run run;

	fault_kernel_reset();
	prepare(&run, NULL);
	fault_kernel_reset();
	fault_kernel.lie = FAULT_KERNEL_HONEST;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	ok(came_to(&run, CGSWAP_CAUSE_NONE), "an honest commit");
	run_did(&run, cgswap_replace_rollback(run.replace));
	ok(is_as_before(), "and back");
	fault_kernel_reset();
	fault_kernel.lie = FAULT_KERNEL_APPENDS;
	fault_kernel.lies_skipped = 1;
	fault_kernel.lies_told = 1;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_as_before(),
	   "a lie about the second step: both are as before");
	fault_kernel_reset();
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	ok(came_to(&run, CGSWAP_CAUSE_NONE) && !is_as_before(), "an honest commit after that");
	run_end(&run);
	fault_fixture_reset();
}

/* ---- links ----------------------------------------------------------------------------------- */

enum { LINK_CHAIN = FAULT_FIXTURE_CGROUPS };

/* A step for the stage's link, or for another, in a chain of its own. */
static bool add_link(struct run *run, int chain, uint32_t link)
{
	char selector[32];

	memset(run, 0, sizeof(*run));
	snprintf(selector, sizeof(selector), "link:%u", link);
	return run_did(run, cgswap_session_open(&run->session, NULL)) &&
	       run_did(run, cgswap_chain_open(&run->chain[chain], run->session,
					      fixture.path[chain % FAULT_FIXTURE_CGROUPS],
					      chain < FAULT_FIXTURE_CGROUPS ? "egress" : "ingress")) &&
	       run_did(run, cgswap_program_open(&run->program[0], run->session,
						fault_fixture_by_fd(fixture.new[0]), NULL)) &&
	       run_did(run, cgswap_replace_new(&run->replace, run->session, NULL)) &&
	       run_did(run, cgswap_replace_add(run->replace, run->chain[chain], selector,
					       run->program[0], NULL));
}

static struct run commit_link(enum fault_kernel_lie lie)
{
	struct run run;

	fault_kernel_reset();
	if (!add_link(&run, LINK_CHAIN, fixture.link_id))
		bail_out("%s", run_tell(&run));
	fault_kernel.lie = lie;
	fault_kernel.lies_told = 1;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	run_end(&run);
	return run;
}

static void update_is_lost(void)
{
	const struct kernel_attach twin = {
		.target_fd = fixture.cgroup[0],
		.program_fd = fixture.side_old[SIDE_HELD],
		.type = INGRESS,
		.flags = KERNEL_MULTI,
	};
	struct fault_fixture_look before, after;
	struct run run = commit_link(FAULT_KERNEL_LINK_IDLES);

	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_as_before() && !run.verified[0],
	   "an update of a link is lost: verify_failed, and all is as before");
	if (fixture.kernel->ops->attach(fixture.kernel, &twin))
		bail_out("no twin");
	before = fault_fixture_look();
	run = commit_link(FAULT_KERNEL_LINK_IDLES);
	after = fault_fixture_look();
	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && fault_fixture_same(&before, &after),
	   "so too of a program that stands there plainly as well");
	run = commit_link(FAULT_KERNEL_HONEST);
	ok(came_to(&run, CGSWAP_CAUSE_NONE) && run.verified[0], "an honest one is verified there");
	fault_fixture_reset();
}

/* What it took the place of cannot be put back by the link. */
static void update_misses(void)
{
	struct run run = commit_link(FAULT_KERNEL_LINK_MISSES);

	ok(came_to(&run, CGSWAP_CAUSE_ROLLBACK_INCOMPLETE) && run.status == CGSWAP_E_PARTIAL &&
		   !is_as_before(),
	   "an update of a link hits another entry: rollback_incomplete");
	fault_fixture_reset();
}

/* What is refused among preorder entries is done where there are none. */
static void update_misorders(void)
{
	const struct kernel_link_create create = {
		.target_fd = fixture.cgroup[1],
		.program_fd = fixture.side_old[SIDE_HELD],
		.type = EGRESS,
	};
	int link = fixture.kernel->ops->link_create(fixture.kernel, &create);
	struct kernel_link info;
	struct run run;

	if (link < 0 || fixture.kernel->ops->link_info(fixture.kernel, link, &info))
		bail_out("no link");
	fault_kernel_reset();
	fault_kernel.misorders = true;
	add_link(&run, LINK_CHAIN, fixture.link_id);
	ok(came_to(&run, CGSWAP_CAUSE_UNSAFE_LINK_UPDATE),
	   "a kernel that misorders, and a preorder entry: unsafe_link_update");
	run_end(&run);
	ok(add_link(&run, 1, info.id) && run_did(&run, cgswap_replace_commit(run.replace, NULL)),
	   "no preorder entry: the link is updated");
	run_end(&run);
	fault_kernel_reset();
	add_link(&run, LINK_CHAIN, fixture.link_id);
	ok(came_to(&run, CGSWAP_CAUSE_NONE), "a kernel that does not: it may be");
	run_end(&run);
	fixture.kernel->ops->link_detach(fixture.kernel, link);
	fixture.kernel->ops->close(fixture.kernel, link);
	fault_fixture_reset();
}

int main(void)
{
	fault_fixture_set(true);
	if (kernel_has_revision()) {
		with_revisions();
		out_of_place(NULL, "with revisions");
	}
	without_revisions();
	out_of_place(NO_REVISIONS, "without revisions");
	take_back_fails(NULL, "with revisions");
	take_back_fails(NO_REVISIONS, "without revisions");
	in_the_second_step();
	if (kernel_has_revision()) {
		update_is_lost();
		update_misses();
	}
	if (kernel_knows_flags(RAW_PREORDER))
		update_misorders();
	fault_fixture_strike();
	return done_testing();
}
