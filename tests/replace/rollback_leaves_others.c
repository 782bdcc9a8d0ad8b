/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Roll-back changes only entries that still have the new program. A program that another writer
 * attached instead stays and is reported; all other steps are undone.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum { ENTRIES = 3 };

static struct fixture fixture, others;
static cgswap_program *programs[ENTRIES];

static cgswap_replace *committed(void)
{
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	for (int i = 0; i < ENTRIES; i++)
		if (cgswap_replace_add(replace, fixture.chain, by_fd(fixture.progs[i]), programs[i],
				       NULL))
			bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	expect_ok(cgswap_replace_commit(replace, NULL), "three swaps are committed");
	chain_is(fixture.cgroup.fd, EGRESS, others.progs, ENTRIES, "the new programs are attached");
	return replace;
}

static void replaced_by_another(void)
{
	cgswap_replace *replace = committed();
	int foreign = prog_pass(EGRESS, "foreign");
	const int wanted[] = { fixture.progs[0], foreign, fixture.progs[2] };

	raw_replace(fixture.cgroup.fd, foreign, others.progs[1], EGRESS, RAW_MULTI | RAW_REPLACE);
	EXPECT_CAUSE(cgswap_replace_rollback(replace), ROLLBACK_INCOMPLETE,
		     "roll-back after another writer replaced the second program");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, ENTRIES,
		 "its program stays, the other steps are undone");
	is_int(cgswap_step_get_state(cgswap_replace_get_step(replace, 0)), CGSWAP_STEP_UNDONE,
	       "the first step is undone");
	is_int(cgswap_step_get_state(cgswap_replace_get_step(replace, 1)), CGSWAP_STEP_FAILED,
	       "the second step failed");
	ok(cgswap_step_get_cause(cgswap_replace_get_step(replace, 1)) != CGSWAP_CAUSE_NONE,
	   "the second step has a cause: %s",
	   cgswap_cause_get_name(cgswap_step_get_cause(cgswap_replace_get_step(replace, 1))));
	is_int(cgswap_step_get_state(cgswap_replace_get_step(replace, 2)), CGSWAP_STEP_UNDONE,
	       "the third step is undone");
	raw_replace(fixture.cgroup.fd, fixture.progs[1], foreign, EGRESS, RAW_MULTI | RAW_REPLACE);
	cgswap_replace_unref(replace);
	raw_close(foreign);
}

static void detached_by_another(void)
{
	cgswap_replace *replace = committed();
	const int wanted[] = { fixture.progs[0], fixture.progs[1] };

	raw_detach(fixture.cgroup.fd, others.progs[2], EGRESS);
	EXPECT_CAUSE(cgswap_replace_rollback(replace), ROLLBACK_INCOMPLETE,
		     "roll-back after another writer detached the third program");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 2,
		 "it stays detached, the other steps are undone");
	raw_attach(fixture.cgroup.fd, fixture.progs[2], EGRESS, RAW_MULTI);
	cgswap_replace_unref(replace);
}

/* An entry appended by another writer does not disturb the roll-back. */
static void appended_by_another(void)
{
	cgswap_replace *replace = committed();
	int foreign = prog_pass(EGRESS, "foreign");
	const int wanted[] = { fixture.progs[0], fixture.progs[1], fixture.progs[2], foreign };

	raw_attach(fixture.cgroup.fd, foreign, EGRESS, RAW_MULTI);
	expect_ok(cgswap_replace_rollback(replace), "roll-back after another program was appended");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 4, "the appended program stays");
	raw_detach(fixture.cgroup.fd, foreign, EGRESS);
	cgswap_replace_unref(replace);
	raw_close(foreign);
}

int main(void)
{
	need_live();
	fixture = fixture_new("rollback", ENTRIES);
	others = fixture_new("others", ENTRIES);
	for (int i = 0; i < ENTRIES; i++)
		programs[i] = live_program(fixture.session, others.progs[i]);

	replaced_by_another();
	detached_by_another();
	appended_by_another();

	for (int i = 0; i < ENTRIES; i++)
		cgswap_program_unref(programs[i]);
	fixture_free(&others);
	fixture_free(&fixture);
	return done_testing();
}
