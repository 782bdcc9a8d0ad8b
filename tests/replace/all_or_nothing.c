/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A transaction over several cgroups does all swaps, or, if one fails, restores those before it at
 * their positions. Each step has its state.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

enum { CGROUPS = 4, ENTRIES = 3, POSITION = 1 };

static struct fixture fixture[CGROUPS];
static cgswap_session *session;
static cgswap_program *new;

/* Plans one step for the middle entry of each cgroup, all in the first session. */
static cgswap_replace *plan_all(cgswap_chain **chains)
{
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	for (int i = 0; i < CGROUPS; i++)
		expect_ok(cgswap_replace_add(replace, chains[i], by_fd(fixture[i].progs[POSITION]),
					     new, NULL),
			  "step %d is added", i);
	is_int(cgswap_replace_get_length(replace), CGROUPS, "the transaction has all steps");
	return replace;
}

/* Handles of two sessions cannot be mixed. */
static void two_sessions(void)
{
	cgswap_replace *replace;

	cgswap_replace_new(&replace, session, NULL);
	EXPECT_CAUSE(cgswap_replace_add(replace, fixture[1].chain, "pos:0", new, NULL), BAD_ARGUMENT,
		     "a chain of another session");
	is_int(cgswap_replace_get_length(replace), 0, "no step was added");
	cgswap_replace_unref(replace);
}

static void states_are(const cgswap_replace *replace, const char *wanted, const char *when)
{
	char got[CGROUPS + 1] = "";

	for (int i = 0; i < CGROUPS; i++)
		got[i] = "?pduf"[cgswap_step_get_state(cgswap_replace_get_step(replace, i))];
	is_str(got, wanted, "states (planned, done, undone, failed) %s", when);
}

static void chains_hold(bool swapped, const char *when)
{
	for (int i = 0; i < CGROUPS; i++) {
		int wanted[ENTRIES];

		memcpy(wanted, fixture[i].progs, sizeof(wanted));
		if (swapped)
			wanted[POSITION] = cgswap_program_get_fd(new);
		chain_is(fixture[i].cgroup.fd, EGRESS, wanted, ENTRIES, when);
	}
}

static void all(cgswap_chain **chains)
{
	cgswap_replace *replace = plan_all(chains);
	uint64_t before[CGROUPS];

	states_are(replace, "pppp", "before the commit");
	for (int i = 0; i < CGROUPS; i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);

		before[i] = chain_now(fixture[i].cgroup.fd, EGRESS).revision;
		ok(cgswap_step_get_chain(step) == chains[i], "step %d has its chain", i);
		is_int(cgswap_step_get_position(step), POSITION, "its position");
		is_int(cgswap_step_get_old_id(step), raw_prog_id(fixture[i].progs[POSITION]),
		       "its old program");
		is_int(cgswap_step_get_new_id(step), cgswap_program_get_id(new), "its new program");
	}
	ok(!cgswap_replace_get_step(replace, CGROUPS), "a step past the end is NULL");
	expect_ok(cgswap_replace_check(replace), "check succeeds");
	chains_hold(false, "check changes nothing");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	states_are(replace, "dddd", "after the commit");
	chains_hold(true, "each chain has the new program at the old one's position");
	for (int i = 0; i < CGROUPS; i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, i);

		ok(cgswap_step_get_verified(step), "step %d is verified", i);
		is_int(cgswap_step_get_cause(step), CGSWAP_CAUSE_NONE, "step %d has no cause", i);
		is_int(cgswap_step_get_revision(step), before[i] + kernel_has_revision(),
		       "step %d has the revision after it", i);
	}
	expect_ok(cgswap_replace_rollback(replace), "roll-back");
	states_are(replace, "uuuu", "after the roll-back");
	chains_hold(false, "all chains are as before");
	cgswap_replace_unref(replace);
}

/* The kernel rejects step 2: the new program is attached to that chain by a raw call. */
static void none(cgswap_chain **chains)
{
	cgswap_replace *replace = plan_all(chains);
	int third = fixture[2].cgroup.fd, fd = cgswap_program_get_fd(new);

	if (raw_replace(third, fd, fixture[2].progs[2], EGRESS, RAW_MULTI | RAW_REPLACE))
		bail_out("cannot attach the new program");
	EXPECT_CAUSE(cgswap_replace_check(replace), ALREADY_ATTACHED, "check fails");
	is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, 2)),
	       CGSWAP_CAUSE_ALREADY_ATTACHED, "the failing step has the cause");
	for (int i = 0; i < CGROUPS; i++)
		if (i != 2)
			is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, i)),
			       CGSWAP_CAUSE_NONE, "step %d has no cause", i);

	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ALREADY_ATTACHED, "commit fails");
	states_are(replace, "uufp", "after the error");
	is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, 2)),
	       CGSWAP_CAUSE_ALREADY_ATTACHED, "the failed step has the cause");
	is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, 0)), CGSWAP_CAUSE_NONE,
	       "an undone step has no cause");

	if (raw_replace(third, fixture[2].progs[2], fd, EGRESS, RAW_MULTI | RAW_REPLACE))
		bail_out("cannot detach the new program");
	chains_hold(false, "every entry is at its old position");
	expect_ok(cgswap_replace_commit(replace, NULL),
		  "commit succeeds after the program is detached");
	states_are(replace, "dddd", "after the second commit");
	chains_hold(true, "each chain has the new program");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	cgswap_replace_unref(replace);
}

/* The last step fails because of an ancestor in none mode, then of a removed cgroup. */
static void last_step_fails(cgswap_chain **chains)
{
	struct scratch parent = scratch_new("parent"), child = scratch_child(&parent, "child");
	int old = prog_pass(EGRESS, "old"), exclusive = prog_pass(EGRESS, "exclusive");
	cgswap_replace *replace = plan_all(chains);
	cgswap_chain *chain;

	raw_attach(child.fd, old, EGRESS, RAW_MULTI);
	chain = live_chain(session, child.path, "egress");
	expect_ok(cgswap_replace_add(replace, chain, by_fd(old), new, NULL), "a fifth step");
	raw_attach(parent.fd, exclusive, EGRESS, RAW_NONE);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ANCESTOR_EXCLUSIVE,
		     "an ancestor gets a program in none mode");
	expect_message(by_id(exclusive) + strlen("id:"));
	expect_message(parent.path);
	states_are(replace, "uuuu", "after the last step failed");
	chains_hold(false, "the first four chains are as before");
	raw_detach(parent.fd, exclusive, EGRESS);

	scratch_remove(&child);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), CGROUP_GONE, "the cgroup is removed");
	chains_hold(false, "the first four chains are as before again");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	raw_close(old);
	raw_close(exclusive);
	raw_close(child.fd);
	raw_close(parent.fd);
}

int main(void)
{
	cgswap_chain *chains[CGROUPS];

	need_live();
	scratch_bystander(EGRESS);
	for (int i = 0; i < CGROUPS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "cgroup%d", i);
		fixture[i] = fixture_new(name, ENTRIES);
	}
	session = fixture[0].session;
	new = fixture[0].program;
	for (int i = 0; i < CGROUPS; i++)
		chains[i] = live_chain(session, fixture[i].cgroup.path, "egress");

	two_sessions();
	all(chains);
	none(chains);
	last_step_fails(chains);

	for (int i = 0; i < CGROUPS; i++)
		cgswap_chain_unref(chains[i]);
	for (int i = CGROUPS; i-- > 0;)
		fixture_free(&fixture[i]);
	return done_testing();
}
