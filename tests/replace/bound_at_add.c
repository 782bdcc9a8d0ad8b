/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Adding a step binds it to the entry, its position and the revision. If the chain changes before
 * the commit, the step is done only if the bound program is still attached; with an expected
 * revision it is an error.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum { ENTRIES = 3 };

static struct fixture fixture;

static cgswap_replace *planned(uint64_t expected_revision)
{
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = expected_revision,
	};
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", fixture.program, &opts), "a step");
	return replace;
}

static void put_back(void)
{
	raw_replace(fixture.cgroup.fd, fixture.progs[1], fixture.spare, EGRESS, RAW_MULTI | RAW_REPLACE);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, ENTRIES, "the chain is as at the start");
}

static void program_appended(void)
{
	cgswap_replace *replace = planned(0);
	int foreign = prog_pass(EGRESS, "foreign");
	const int wanted[] = { fixture.progs[0], fixture.spare, fixture.progs[2], foreign };

	raw_attach(fixture.cgroup.fd, foreign, EGRESS, RAW_MULTI);
	expect_ok(cgswap_replace_check(replace), "check after another program was appended");
	expect_ok(cgswap_replace_commit(replace, NULL),
		  "commit after another program was appended");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 4, "the bound program is replaced");
	/* without revisions the library cannot know what else the other writer did */
	ok(cgswap_step_get_verified(cgswap_replace_get_step(replace, 0)) || !kernel_has_revision(),
	   "the step is verified if there are revisions");
	cgswap_replace_unref(replace);
	raw_detach(fixture.cgroup.fd, foreign, EGRESS);
	put_back();
	raw_close(foreign);
}

/* With retries -1 the commit fails and changes nothing. */
static void program_appended_without_retries(void)
{
	const struct cgswap_replace_opts never = { .sz = sizeof(never), .retries = -1 };
	int foreign = prog_pass(EGRESS, "foreign");
	struct raw_chain before;
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, &never);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", fixture.program, NULL), "a step");
	raw_attach(fixture.cgroup.fd, foreign, EGRESS, RAW_MULTI);
	before = fixture_chain(&fixture);
	if (kernel_has_revision()) {
		EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LOST_RACE, "retries -1");
		fixture_untouched(&fixture, &before, "after the commit with retries -1");
	}
	cgswap_replace_unref(replace);
	raw_detach(fixture.cgroup.fd, foreign, EGRESS);
	raw_close(foreign);
}

/* Two transactions of one process in one chain: each replaces its own entry. */
static void two_transactions(void)
{
	int second = prog_pass(EGRESS, "second");
	cgswap_program *program = live_program(fixture.session, second);
	cgswap_replace *first = planned(0), *other;
	const int wanted[] = { fixture.progs[0], fixture.spare, second };
	const int half[] = { fixture.progs[0], fixture.progs[1], second };

	cgswap_replace_new(&other, fixture.session, NULL);
	expect_ok(cgswap_replace_add(other, fixture.chain, "pos:2", program, NULL),
		  "a step of another transaction");
	expect_ok(cgswap_replace_commit(first, NULL), "the first is committed");
	expect_ok(cgswap_replace_commit(other, NULL), "the other is committed");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, ENTRIES, "both programs are replaced");
	expect_ok(cgswap_replace_rollback(first), "the first is rolled back");
	chain_is(fixture.cgroup.fd, EGRESS, half, ENTRIES, "the other swap stays done");
	expect_ok(cgswap_replace_rollback(other), "the other is rolled back");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, ENTRIES, "the chain is as before");
	cgswap_replace_unref(first);
	cgswap_replace_unref(other);
	cgswap_program_unref(program);
	raw_close(second);
}

/* The bound program moves to another position: the program counts. */
static void program_before_detached(void)
{
	cgswap_replace *replace = planned(0);
	const int wanted[] = { fixture.spare, fixture.progs[2] };

	raw_detach(fixture.cgroup.fd, fixture.progs[0], EGRESS);
	expect_ok(cgswap_replace_commit(replace, NULL),
		  "commit after the entry before it was detached");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 2, "only the bound program was replaced");
	cgswap_replace_unref(replace);
	for (int i = 0; i < 2; i++)
		raw_detach(fixture.cgroup.fd, wanted[i], EGRESS);
	for (int i = 0; i < ENTRIES; i++)
		raw_attach(fixture.cgroup.fd, fixture.progs[i], EGRESS, RAW_MULTI);
}

static void old_program_detached(void)
{
	cgswap_replace *replace = planned(0);
	int foreign = prog_pass(EGRESS, "foreign");
	struct raw_chain before;

	raw_replace(fixture.cgroup.fd, foreign, fixture.progs[1], EGRESS, RAW_MULTI | RAW_REPLACE);
	before = fixture_chain(&fixture);
	EXPECT_CAUSE(cgswap_replace_check(replace), LOST_RACE,
		     "check after another writer replaced it");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LOST_RACE,
		     "commit after another writer replaced it");
	is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, 0)), CGSWAP_CAUSE_LOST_RACE,
	       "the step has the cause");
	fixture_untouched(&fixture, &before, "the other writer's program stays");

	raw_replace(fixture.cgroup.fd, fixture.progs[1], foreign, EGRESS, RAW_MULTI | RAW_REPLACE);
	expect_ok(cgswap_replace_commit(replace, NULL),
		  "commit after the old program was attached again");
	cgswap_replace_unref(replace);
	put_back();

	replace = planned(0);
	raw_detach(fixture.cgroup.fd, fixture.progs[1], EGRESS);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LOST_RACE,
		     "commit after the old program was detached");
	cgswap_replace_unref(replace);
	raw_detach(fixture.cgroup.fd, fixture.progs[2], EGRESS);
	raw_attach(fixture.cgroup.fd, fixture.progs[1], EGRESS, RAW_MULTI);
	raw_attach(fixture.cgroup.fd, fixture.progs[2], EGRESS, RAW_MULTI);
	raw_close(foreign);
}

static void expected_revision(void)
{
	struct raw_chain before = fixture_chain(&fixture);
	cgswap_replace *replace;
	const struct cgswap_step_opts stale = {
		.sz = sizeof(stale),
		.expected_revision = before.revision + 1,
	};

	cgswap_replace_new(&replace, fixture.session, NULL);
	EXPECT_CAUSE(cgswap_replace_add(replace, fixture.chain, "pos:1", fixture.program, &stale),
		     REVISION_CHANGED, "adding a step with another revision");
	is_int(cgswap_replace_get_length(replace), 0, "no step was added");
	cgswap_replace_unref(replace);
	fixture_untouched(&fixture, &before, "after the error");

	replace = planned(before.revision);
	expect_ok(cgswap_replace_commit(replace, NULL), "commit with the current revision");
	cgswap_replace_unref(replace);
	put_back();

	/* replaced and restored: the program is the same, the revision is not */
	before = fixture_chain(&fixture);
	replace = planned(before.revision);
	raw_replace(fixture.cgroup.fd, fixture.spare, fixture.progs[1], EGRESS, RAW_MULTI | RAW_REPLACE);
	put_back();
	before = fixture_chain(&fixture);
	EXPECT_CAUSE(cgswap_replace_check(replace), REVISION_CHANGED, "check after A, B, A");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), REVISION_CHANGED,
		     "commit after A, B, A");
	fixture_untouched(&fixture, &before, "after the error");
	cgswap_replace_unref(replace);

	replace = planned(0);
	raw_replace(fixture.cgroup.fd, fixture.spare, fixture.progs[1], EGRESS, RAW_MULTI | RAW_REPLACE);
	put_back();
	expect_ok(cgswap_replace_commit(replace, NULL),
		  "commit after A, B, A without an expected revision");
	cgswap_replace_unref(replace);
	put_back();
}

/* Two steps in one chain: the first changes the revision under the second. */
static void two_steps_in_one_chain(void)
{
	struct raw_chain before = fixture_chain(&fixture);
	int second = prog_pass(EGRESS, "second");
	cgswap_program *program = live_program(fixture.session, second);
	cgswap_replace *replace = planned(before.revision);
	const int wanted[] = { fixture.progs[0], fixture.spare, second };

	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:2", program, NULL), "a second step");
	expect_ok(cgswap_replace_commit(replace, NULL), "both are committed in one transaction");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, ENTRIES, "both programs are replaced");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, ENTRIES,
		 "both old programs are attached");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	raw_close(second);
}

int main(void)
{
	need_live();
	fixture = fixture_new("bound", ENTRIES);
	program_appended();
	program_appended_without_retries();
	two_transactions();
	program_before_detached();
	old_program_detached();
	if (kernel_has_revision())
		expected_revision();
	two_steps_in_one_chain();
	fixture_free(&fixture);
	return done_testing();
}
