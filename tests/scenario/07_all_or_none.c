/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario 7: one program for several cgroups in one transaction: all of them get it or none, and each
 * step has a state and a cause.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <unistd.h>

enum { CGROUPS = 3 };

static struct scratch cgroup[CGROUPS];
static int old[CGROUPS], new_fd;
static cgswap_chain *chain[CGROUPS];
static cgswap_replace *replace;

static void build(cgswap_session *session, cgswap_program *new)
{
	cgswap_replace_new(&replace, session, NULL);
	for (int i = 0; i < CGROUPS; i++) {
		char name[32];

		snprintf(name, sizeof(name), "cgroup%d", i);
		cgroup[i] = scratch_new(name);
		old[i] = prog_pass(EGRESS, "old");
		raw_attach(cgroup[i].fd, old[i], EGRESS, RAW_MULTI);
		chain[i] = live_chain(session, cgroup[i].path, "egress");
		expect_ok(cgswap_replace_add(replace, chain[i], "name:old", new, NULL), "step %d", i);
	}
}

static void all_hold(const int *wanted, int step, const char *name)
{
	for (int i = 0; i < CGROUPS; i++)
		chain_is(cgroup[i].fd, EGRESS, wanted + i * step, 1, name);
}

static void states_are(const char *wanted)
{
	char got[CGROUPS + 1] = "";

	for (int i = 0; i < CGROUPS; i++)
		got[i] = "?pduf"[cgswap_step_get_state(cgswap_replace_get_step(replace, i))];
	is_str(got, wanted, "the states of the steps");
}

static void causes_are(const enum cgswap_cause *wanted)
{
	for (int i = 0; i < CGROUPS; i++)
		is_str(cgswap_cause_get_name(
			       cgswap_step_get_cause(cgswap_replace_get_step(replace, i))),
		       cgswap_cause_get_name(wanted[i]), "the cause of step %d", i);
}

int main(void)
{
	static const enum cgswap_cause none[CGROUPS];
	static const enum cgswap_cause last[CGROUPS] = { [2] = CGSWAP_CAUSE_LOST_RACE };
	cgswap_session *session;
	cgswap_program *new;
	int foreign;

	need_live();
	scratch_bystander(EGRESS);
	session = live_session();
	new_fd = prog_pass(EGRESS, "new");
	new = live_program(session, new_fd);
	foreign = prog_pass(EGRESS, "foreign");
	build(session, new);

	states_are("ppp");
	expect_ok(cgswap_replace_commit(replace, NULL), "all");
	states_are("ddd");
	causes_are(none);
	all_hold(&new_fd, 0, "the new program is attached everywhere");
	expect_ok(cgswap_replace_rollback(replace), "the rollback succeeds");
	states_are("uuu");
	all_hold(old, 1, "the old programs are attached again");

	raw_replace(cgroup[2].fd, foreign, old[2], EGRESS, RAW_MULTI | RAW_REPLACE);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LOST_RACE, "the last chain has another program: none is swapped");
	states_are("uuf");
	causes_are(last);
	chain_is(cgroup[0].fd, EGRESS, &old[0], 1, "the first was restored");
	chain_is(cgroup[1].fd, EGRESS, &old[1], 1, "the second was restored");
	chain_is(cgroup[2].fd, EGRESS, &foreign, 1, "the other writer's program stays");

	raw_replace(cgroup[2].fd, old[2], foreign, EGRESS, RAW_MULTI | RAW_REPLACE);
	expect_ok(cgswap_replace_commit(replace, NULL), "after that one is gone, all are swapped");
	states_are("ddd");
	causes_are(none);
	all_hold(&new_fd, 0, "the new program is attached everywhere");

	cgswap_replace_unref(replace);
	for (int i = 0; i < CGROUPS; i++)
		cgswap_chain_unref(chain[i]);
	cgswap_program_unref(new);
	cgswap_session_unref(session);
	return done_testing();
}
