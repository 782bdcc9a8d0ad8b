/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario 4: a swap in the middle of a chain keeps the order and is verified, and its step lists the
 * new program's maps and which of them the old program used.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/traffic.h"
#include "../lib/tap.h"

#include <unistd.h>

enum { PACKETS = 10, OLD_ADDS = 1, NEW_ADDS = 100 };

static struct scratch cgroup;
static int progs[3], new_fd, array;
static uint64_t sent;

static void packets_add(uint64_t each, const char *name)
{
	uint64_t before, after;

	raw_map_lookup(array, 0, &before);
	if (traffic_send(&cgroup, PACKETS))
		bail_out("cannot send");
	raw_map_lookup(array, 0, &after);
	is_int(after - before, each * PACKETS, "%s", name);
	sent += after - before;
}

static void step_is(const cgswap_step *step, cgswap_chain *chain)
{
	ok(cgswap_step_get_chain(step) == chain, "the step has its chain");
	is_int(cgswap_step_get_position(step), 1, "its position");
	is_int(cgswap_step_get_old_id(step), raw_prog_id(progs[1]), "the old program");
	is_int(cgswap_step_get_new_id(step), raw_prog_id(new_fd), "the new program");
	is_int(cgswap_step_get_map_count(step), 1, "the new program has one map");
	ok(cgswap_step_get_map_id(step, 0) > 0, "its id");
	ok(cgswap_step_get_map_kept(step, 0), "the map is the old program's");
	is_int(cgswap_step_get_map_id(step, 1), 0, "no map past the end");
}

int main(void)
{
	int wanted[3];
	cgswap_session *session;
	cgswap_chain *chain;
	cgswap_program *new;
	cgswap_replace *replace;
	const cgswap_step *step;
	uint64_t revision;

	need_live();
	session = live_session();
	cgroup = scratch_new("middle");
	array = raw_array_create(1);
	progs[0] = prog_pass(EGRESS, "before");
	progs[1] = prog_add(array, OLD_ADDS, "old");
	progs[2] = prog_pass(EGRESS, "behind");
	new_fd = prog_add(array, NEW_ADDS, "new");
	for (int i = 0; i < 3; i++)
		raw_attach(cgroup.fd, progs[i], EGRESS, RAW_MULTI);
	chain = live_chain(session, cgroup.path, "egress");
	new = live_program(session, new_fd);
	revision = chain_now(cgroup.fd, EGRESS).revision;
	packets_add(OLD_ADDS, "packets run the old program");

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, "name:old", new, NULL), "a step");
	step = cgswap_replace_get_step(replace, 0);
	step_is(step, chain);
	is_int(cgswap_step_get_state(step), CGSWAP_STEP_PLANNED, "planned");
	ok(!cgswap_step_get_verified(step), "not verified yet");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	is_int(cgswap_step_get_state(step), CGSWAP_STEP_DONE, "done");
	ok(cgswap_step_get_verified(step), "verified");
	is_int(cgswap_step_get_cause(step), CGSWAP_CAUSE_NONE, "without a cause");
	is_int(cgswap_step_get_revision(step), revision + kernel_has_revision(), "its revision");

	wanted[0] = progs[0], wanted[1] = new_fd, wanted[2] = progs[2];
	chain_is(cgroup.fd, EGRESS, wanted, 3, "the order is the same");
	packets_add(NEW_ADDS, "packets run the new program");
	is_int(sent, PACKETS * (OLD_ADDS + NEW_ADDS), "it adds to the same map");

	cgswap_replace_unref(replace);
	cgswap_program_unref(new);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	chain_is(cgroup.fd, EGRESS, wanted, 3, "dropping all handles changes nothing");
	return done_testing();
}
