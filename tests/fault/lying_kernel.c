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
	[DOOR_APPENDS] = "appends",
	[DOOR_IDLES] = "does nothing",
	[DOOR_MISPLACES] = "puts it elsewhere",
};

/* Two steps for plain entries; without revisions their preorder has to be said. */
static void prepare(struct run *run, const char *disable_features)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .disable_features = disable_features };
	const struct cgswap_step_opts plain = { .sz = sizeof(plain), .preorder = CGSWAP_PREORDER_NO };
	bool good;

	memset(run, 0, sizeof(*run));
	good = run_did(run, cgswap_session_open(&run->session, &opts)) &&
	       run_did(run, cgswap_chain_open(&run->chain[1], run->session, stage.path[1], "egress")) &&
	       run_did(run, cgswap_replace_new(&run->replace, run->session, NULL));
	for (int i = 0; good && i < 2; i++)
		good = run_did(run, cgswap_program_open(&run->program[i], run->session,
							stage_by_fd(stage.new[i]), NULL)) &&
		       run_did(run, cgswap_replace_add(run->replace, run->chain[1],
						       stage_by_id(stage.old_id[1][i]),
						       run->program[i], &plain));
	if (!good)
		bail_out("%s", run_tell(run));
}

/* Lies about one replace: the one of the given step. */
static struct run commit(const char *disable_features, enum door_lie lie, int fail_back)
{
	struct run run;

	door_reset();
	prepare(&run, disable_features);
	door_reset();
	door.lie = lie;
	door.lies_told = 1;
	door.fail_back = fail_back;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	run_end(&run);
	return run;
}

static bool is_as_before(void)
{
	struct stage_look now = stage_look();

	if (stage_same(&now, &stage.start))
		return true;
	stage_tell(&now, &stage.start);
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
	for (int lie = DOOR_APPENDS; lie <= DOOR_IDLES; lie++) {
		struct run run = commit(NULL, lie, 0);

		ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_as_before() && !run.verified[0] &&
			   run.state[0] == CGSWAP_STEP_FAILED,
		   "a kernel that %s: verify_failed, and all is as before", lie_names[lie]);
		stage_reset();
	}
}

/* The place is lost with the old program: either it is had back, or it is said that it is not. */
static void out_of_place(const char *disable_features, const char *with)
{
	struct run run = commit(disable_features, DOOR_MISPLACES, 0);
	bool as_before = is_as_before();

	if (disable_features && !run.status)
		ok(!run.verified[0], "a kernel that puts it elsewhere, %s: not verified", with);
	else
		ok(came_to(&run, as_before ? CGSWAP_CAUSE_VERIFY_FAILED :
					     CGSWAP_CAUSE_ROLLBACK_INCOMPLETE),
		   "a kernel that puts it elsewhere, %s: as before, or told that it is not", with);
	stage_reset();
}

/* Without them only the two side by side tell; what cannot be told is not called verified. */
static void without_revisions(void)
{
	struct run run = commit(NO_REVISIONS, DOOR_APPENDS, 0);

	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_as_before(),
	   "without revisions, a kernel that appends: verify_failed, and all is as before");
	stage_reset();
	run = commit(NO_REVISIONS, DOOR_IDLES, 0);
	ok(!run.verified[0] && run.cause != CGSWAP_CAUSE_UNEXPLAINED,
	   "without revisions, a kernel that does nothing: not verified");
	ok(run.status ? is_as_before() : true, "and where it is refused, all is as before");
	stage_reset();
}

static void take_back_fails(const char *disable_features, const char *with)
{
	struct run run = commit(disable_features, DOOR_APPENDS, EPERM);

	ok(came_to(&run, CGSWAP_CAUSE_ROLLBACK_INCOMPLETE) && run.status == CGSWAP_E_PARTIAL,
	   "the append cannot be taken back, %s: rollback_incomplete", with);
	ok(run.state[0] == CGSWAP_STEP_FAILED, "and the step is told as failed");
	stage_reset();
}

/* The second of two steps is lied about: the first goes back as well. */
static void in_the_second_step(void)
{
	struct run run;

	door_reset();
	prepare(&run, NULL);
	door_reset();
	door.lie = DOOR_HONEST;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	ok(came_to(&run, CGSWAP_CAUSE_NONE), "an honest commit");
	run_did(&run, cgswap_replace_rollback(run.replace));
	ok(is_as_before(), "and back");
	door_reset();
	door.lie = DOOR_APPENDS;
	door.lies_skipped = 1;
	door.lies_told = 1;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_as_before(),
	   "a lie about the second step: both are as before");
	door_reset();
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	ok(came_to(&run, CGSWAP_CAUSE_NONE) && !is_as_before(), "an honest commit after that");
	run_end(&run);
	stage_reset();
}

/* ---- links ----------------------------------------------------------------------------------- */

enum { LINK_CHAIN = STAGE_CGROUPS };

/* A step for the stage's link, or for another, in a chain of its own. */
static bool add_link(struct run *run, int chain, uint32_t link)
{
	char selector[32];

	memset(run, 0, sizeof(*run));
	snprintf(selector, sizeof(selector), "link:%u", link);
	return run_did(run, cgswap_session_open(&run->session, NULL)) &&
	       run_did(run, cgswap_chain_open(&run->chain[chain], run->session,
					      stage.path[chain % STAGE_CGROUPS],
					      chain < STAGE_CGROUPS ? "egress" : "ingress")) &&
	       run_did(run, cgswap_program_open(&run->program[0], run->session,
						stage_by_fd(stage.new[0]), NULL)) &&
	       run_did(run, cgswap_replace_new(&run->replace, run->session, NULL)) &&
	       run_did(run, cgswap_replace_add(run->replace, run->chain[chain], selector,
					       run->program[0], NULL));
}

static struct run commit_link(enum door_lie lie)
{
	struct run run;

	door_reset();
	if (!add_link(&run, LINK_CHAIN, stage.link_id))
		bail_out("%s", run_tell(&run));
	door.lie = lie;
	door.lies_told = 1;
	run_did(&run, cgswap_replace_commit(run.replace, NULL));
	run_end(&run);
	return run;
}

static void update_is_lost(void)
{
	const struct kernel_attach twin = {
		.target_fd = stage.cgroup[0],
		.program_fd = stage.side_old[SIDE_HELD],
		.type = INGRESS,
		.flags = KERNEL_MULTI,
	};
	struct stage_look before, after;
	struct run run = commit_link(DOOR_LINK_IDLES);

	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && is_as_before() && !run.verified[0],
	   "an update of a link is lost: verify_failed, and all is as before");
	if (stage.kernel->ops->attach(stage.kernel, &twin))
		bail_out("no twin");
	before = stage_look();
	run = commit_link(DOOR_LINK_IDLES);
	after = stage_look();
	ok(came_to(&run, CGSWAP_CAUSE_VERIFY_FAILED) && stage_same(&before, &after),
	   "so too of a program that stands there plainly as well");
	run = commit_link(DOOR_HONEST);
	ok(came_to(&run, CGSWAP_CAUSE_NONE) && run.verified[0], "an honest one is verified there");
	stage_reset();
}

/* What it took the place of cannot be put back by the link. */
static void update_misses(void)
{
	struct run run = commit_link(DOOR_LINK_MISSES);

	ok(came_to(&run, CGSWAP_CAUSE_ROLLBACK_INCOMPLETE) && run.status == CGSWAP_E_PARTIAL &&
		   !is_as_before(),
	   "an update of a link hits another entry: rollback_incomplete");
	stage_reset();
}

/* What is refused among preorder entries is done where there are none. */
static void update_misorders(void)
{
	const struct kernel_link_create create = {
		.target_fd = stage.cgroup[1],
		.program_fd = stage.side_old[SIDE_HELD],
		.type = EGRESS,
	};
	int link = stage.kernel->ops->link_create(stage.kernel, &create);
	struct kernel_link info;
	struct run run;

	if (link < 0 || stage.kernel->ops->link_info(stage.kernel, link, &info))
		bail_out("no link");
	door_reset();
	door.misorders = true;
	add_link(&run, LINK_CHAIN, stage.link_id);
	ok(came_to(&run, CGSWAP_CAUSE_UNSAFE_LINK_UPDATE),
	   "a kernel that misorders, and a preorder entry: unsafe_link_update");
	run_end(&run);
	ok(add_link(&run, 1, info.id) && run_did(&run, cgswap_replace_commit(run.replace, NULL)),
	   "no preorder entry: the link is updated");
	run_end(&run);
	door_reset();
	add_link(&run, LINK_CHAIN, stage.link_id);
	ok(came_to(&run, CGSWAP_CAUSE_NONE), "a kernel that does not: it may be");
	run_end(&run);
	stage.kernel->ops->link_detach(stage.kernel, link);
	stage.kernel->ops->close(stage.kernel, link);
	stage_reset();
}

int main(void)
{
	stage_set(true);
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
	stage_strike();
	return done_testing();
}
