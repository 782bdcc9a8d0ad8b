/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel that reports a swap as done and did something else: it appended the program, did nothing,
 * or put the program at another position. Verification notices, and the commit restores what it can.
 * Where that fails too, the status says that something stayed changed.
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
	[FAULT_KERNEL_MISPLACES] = "moves it to the end",
};

/* Two steps for plain entries; without revisions their preorder must be given. */
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
		bail_out("%s", run_text(run));
}

/* Commits while the kernel answers one replace wrongly. */
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

static bool is_unchanged(void)
{
	struct fault_fixture_look now = fault_fixture_look();

	if (fault_fixture_same(&now, &fixture.start))
		return true;
	fault_fixture_print(&now, &fixture.start);
	return false;
}

static bool came_to(const struct run *run, enum cgswap_cause cause)
{
	if (run->cause == cause)
		return true;
	diag("got %s", run_text(run));
	return false;
}

/* With revisions, no other process can have made the change. */
static void with_revisions(void)
{
	for (int lie = FAULT_KERNEL_APPENDS; lie <= FAULT_KERNEL_IDLES; lie++) {
		struct run run = commit(NULL, lie, 0);

		ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_unchanged() && !run.verified[0] &&
			   run.state[0] == CGSWAP_STEP_FAILED,
		   "a kernel that %s: verify_failed, and the chains are unchanged", lie_names[lie]);
		fault_fixture_reset();
	}
}

/* Either the old program is restored to its position, or the error says that it is not. */
static void misplaced(const char *disable_features, const char *with)
{
	struct run run = commit(disable_features, FAULT_KERNEL_MISPLACES, 0);
	bool as_before = is_unchanged();

	if (disable_features && !run.status)
		ok(!run.verified[0], "a kernel that moves it to the end, %s: not verified", with);
	else
		ok(came_to(&run, as_before ? CGSWAP_CAUSE_VERIFY_FAILED :
					     CGSWAP_CAUSE_ROLLBACK_INCOMPLETE),
		   "a kernel that moves it to the end, %s: unchanged, or rollback_incomplete", with);
	fault_fixture_reset();
}

/* Without revisions, only old and new program side by side show it; otherwise verified is false. */
static void without_revisions(void)
{
	struct run run = commit(NO_REVISIONS, FAULT_KERNEL_APPENDS, 0);

	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_unchanged(),
	   "without revisions, a kernel that appends: verify_failed, and the chains are unchanged");
	fault_fixture_reset();
	run = commit(NO_REVISIONS, FAULT_KERNEL_IDLES, 0);
	ok(!run.verified[0] && run.cause != CGSWAP_CAUSE_UNEXPLAINED,
	   "without revisions, a kernel that does nothing: not verified");
	ok(run.status ? is_unchanged() : true, "if it failed, the chains are unchanged");
	fault_fixture_reset();
}

static void undo_fails(const char *disable_features, const char *with)
{
	struct run run = commit(disable_features, FAULT_KERNEL_APPENDS, EPERM);

	ok(came_to(&run, CGSWAP_CAUSE_ROLLBACK_INCOMPLETE) && run.status == CGSWAP_E_PARTIAL,
	   "the append cannot be undone, %s: rollback_incomplete", with);
	ok(run.state[0] == CGSWAP_STEP_FAILED, "the step's state is failed");
	fault_fixture_reset();
}

/* A wrong answer to the second of two steps undoes the first as well. */
static void in_the_second_step(void)
{
	struct run run;

	fault_kernel_reset();
	prepare(&run, NULL);
	fault_kernel_reset();
	fault_kernel.lie = FAULT_KERNEL_HONEST;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	ok(came_to(&run, CGSWAP_CAUSE_NONE), "a correct commit");
	run_did(&run, cgswap_replace_rollback(run.replace));
	ok(is_unchanged(), "after its rollback the chains are unchanged");
	fault_kernel_reset();
	fault_kernel.lie = FAULT_KERNEL_APPENDS;
	fault_kernel.lies_skipped = 1;
	fault_kernel.lies_told = 1;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_unchanged(),
	   "a wrong second step: the chains are unchanged");
	fault_kernel_reset();
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	ok(came_to(&run, CGSWAP_CAUSE_NONE) && !is_unchanged(), "a correct commit after that");
	run_end(&run);
	fault_fixture_reset();
}

/* ---- links ----------------------------------------------------------------------------------- */

enum { LINK_CHAIN = FAULT_FIXTURE_CGROUPS };

/* Adds a step for the fixture's link, or for another one. */
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
		bail_out("%s", run_text(&run));
	fault_kernel.lie = lie;
	fault_kernel.lies_told = 1;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	run_end(&run);
	return run;
}

static void update_is_lost(void)
{
	const struct kernel_attach duplicate = {
		.target_fd = fixture.cgroup[0],
		.program_fd = fixture.side_old[SIDE_HELD],
		.type = INGRESS,
		.flags = KERNEL_MULTI,
	};
	struct fault_fixture_look before, after;
	struct run run = commit_link(FAULT_KERNEL_LINK_IDLES);

	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_unchanged() && !run.verified[0],
	   "an ignored update of a link: verify_failed, and the chains are unchanged");
	if (fixture.kernel->ops->attach(fixture.kernel, &duplicate))
		bail_out("cannot attach the program a second time");
	before = fault_fixture_look();
	run = commit_link(FAULT_KERNEL_LINK_IDLES);
	after = fault_fixture_look();
	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && fault_fixture_same(&before, &after),
	   "the same where the program is attached without a link as well");
	run = commit_link(FAULT_KERNEL_HONEST);
	ok(came_to(&run, CGSWAP_CAUSE_NONE) && run.verified[0], "a correct update is verified there");
	fault_fixture_reset();
}

/* The program that was replaced by mistake cannot be restored through the link. */
static void update_misses(void)
{
	struct run run = commit_link(FAULT_KERNEL_LINK_MISSES);

	ok(came_to(&run, CGSWAP_CAUSE_ROLLBACK_INCOMPLETE) && run.status == CGSWAP_E_PARTIAL &&
		   !is_unchanged(),
	   "an update of a link hits another entry: rollback_incomplete");
	fault_fixture_reset();
}

/* An update that is unsafe beside preorder entries is safe without them. */
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
		bail_out("cannot create a link");
	fault_kernel_reset();
	fault_kernel.misorders = true;
	add_link(&run, LINK_CHAIN, fixture.link_id);
	ok(came_to(&run, CGSWAP_CAUSE_UNSAFE_LINK_UPDATE),
	   "a kernel that misorders, and a preorder entry: unsafe_link_update");
	run_end(&run);
	ok(add_link(&run, 1, info.id) && run_did(&run, cgswap_replace_commit(run.replace, NULL)),
	   "the same kernel without a preorder entry: the link is updated");
	run_end(&run);
	fault_kernel_reset();
	add_link(&run, LINK_CHAIN, fixture.link_id);
	ok(came_to(&run, CGSWAP_CAUSE_NONE), "a kernel that does not misorder: the step is accepted");
	run_end(&run);
	fixture.kernel->ops->link_detach(fixture.kernel, link);
	fixture.kernel->ops->close(fixture.kernel, link);
	fault_fixture_reset();
}

int main(void)
{
	fault_fixture_build(true);
	if (kernel_has_revision()) {
		with_revisions();
		misplaced(NULL, "with revisions");
	}
	without_revisions();
	misplaced(NO_REVISIONS, "without revisions");
	undo_fails(NULL, "with revisions");
	undo_fails(NO_REVISIONS, "without revisions");
	in_the_second_step();
	if (kernel_has_revision()) {
		update_is_lost();
		update_misses();
	}
	if (kernel_knows_flags(RAW_PREORDER))
		update_misorders();
	fault_fixture_free();
	return done_testing();
}
