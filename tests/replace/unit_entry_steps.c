/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps of a transaction that attach and detach, beside swaps, in one chain and in several: a commit
 * does all or none, a check says the same as the commit, a rollback restores every chain with its
 * order, and what could not be taken back is refused before anything is changed.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include "replace/replace.h"

#include <stdio.h>
#include <string.h>

enum { ENTRIES = 3 };

static struct fixture one, other;
static int added[2];

/* ---- adding steps, as a public function would ------------------------------------------------- */

static void enter(cgswap_replace *replace, cgswap_chain *chain)
{
	if (handle_enter(&replace->handle, "replace") || handle_join(&chain->handle) ||
	    cgroup_hold(chain->cgroup))
		bail_out("the handles cannot be entered");
}

static enum cgswap_status leave(cgswap_replace *replace, cgswap_chain *chain,
				enum cgswap_status status)
{
	chain_leave(chain, status);
	return handle_leave(&replace->handle, status);
}

static enum cgswap_status attach(cgswap_replace *replace, cgswap_chain *chain, int fd,
				 const struct cgswap_attach_opts *given)
{
	struct cgswap_attach_opts opts = given ? *given : (struct cgswap_attach_opts){ 0 };
	cgswap_program *program = live_program(one.session, fd);
	enum cgswap_status status;

	enter(replace, chain);
	status = leave(replace, chain, replace_add_attach(replace, chain, program->program, &opts));
	cgswap_program_unref(program);
	return status;
}

static enum cgswap_status detach(cgswap_replace *replace, cgswap_chain *chain, const char *selector)
{
	const struct cgswap_detach_opts opts = { 0 };

	enter(replace, chain);
	return leave(replace, chain, replace_add_detach(replace, chain, selector, &opts));
}

static cgswap_replace *begin(const struct cgswap_replace_opts *opts)
{
	cgswap_replace *replace;

	if (cgswap_replace_new(&replace, one.session, opts))
		bail_out("no transaction");
	return replace;
}

/* ---- looking ---------------------------------------------------------------------------------- */

static void states_are(const cgswap_replace *replace, const char *wanted, const char *when)
{
	char got[16] = "";

	for (size_t i = 0; i < cgswap_replace_get_length(replace); i++)
		got[i] = "?pduf"[cgswap_step_get_state(cgswap_replace_get_step(replace, i))];
	is_str(got, wanted, "the states are right %s", when);
}

static void chains_are_as_at_first(const char *when)
{
	chain_is(one.cgroup.fd, EGRESS, one.progs, ENTRIES, when);
	chain_is(other.cgroup.fd, EGRESS, other.progs, ENTRIES, when);
}

/* ---- the tests -------------------------------------------------------------------------------- */

/* Attaches two, detaches the first, the middle and the last of what was there, swaps one. */
static void all_kinds(void)
{
	cgswap_replace *replace = begin(NULL);
	const cgswap_step *step;
	int wanted[] = { one.progs[1], added[0], added[1] };

	expect_ok(attach(replace, one.chain, added[0], NULL), "a step attaches");
	expect_ok(detach(replace, one.chain, "pos:0"), "a step detaches the first entry");
	expect_ok(attach(replace, one.chain, added[1], NULL), "another attaches");
	expect_ok(detach(replace, one.chain, "pos:2"), "another detaches");
	expect_ok(detach(replace, other.chain, "pos:1"), "one detaches between others");
	expect_ok(cgswap_replace_add(replace, other.chain, "pos:2", one.program, NULL), "one swaps");
	step = cgswap_replace_get_step(replace, 0);
	is_int(cgswap_step_get_old_id(step), 0, "an attach has no old program");
	is_int(cgswap_step_get_position(step), ENTRIES, "it is to be last");
	is_int(cgswap_step_get_new_id(cgswap_replace_get_step(replace, 1)), 0,
	       "a detach has no new program");
	expect_ok(cgswap_replace_check(replace), "the check succeeds");
	chains_are_as_at_first("the check changes nothing");

	for (int i = 0; i < 2; i++) {
		expect_ok(cgswap_replace_commit(replace, NULL), "the commit");
		states_are(replace, "dddddd", "after the commit");
		chain_is(one.cgroup.fd, EGRESS, wanted, 3, "the first chain");
		chain_is(other.cgroup.fd, EGRESS,
			 (int[]){ other.progs[0], cgswap_program_get_fd(one.program) }, 2,
			 "the second chain");
		for (size_t j = 0; j < 6; j++)
			ok(cgswap_step_get_verified(cgswap_replace_get_step(replace, j)),
			   "step %zu is verified", j);
		expect_ok(cgswap_replace_rollback(replace), "the rollback");
		states_are(replace, "uuuuuu", "after the rollback");
		chains_are_as_at_first("after the rollback");
	}
	cgswap_replace_unref(replace);
}

/* The last step is refused: its program was attached meanwhile. */
static void none(void)
{
	cgswap_replace *replace = begin(NULL);

	expect_ok(attach(replace, one.chain, added[0], NULL), "a step attaches");
	expect_ok(detach(replace, other.chain, "pos:0"), "a step detaches");
	expect_ok(attach(replace, one.chain, added[1], NULL), "a step attaches");
	raw_attach(one.cgroup.fd, added[1], EGRESS, RAW_MULTI);
	EXPECT_CAUSE(cgswap_replace_check(replace), ALREADY_ATTACHED, "the check says so");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ALREADY_ATTACHED, "the commit too");
	states_are(replace, "uuf", "after the refusal");
	raw_detach(one.cgroup.fd, added[1], EGRESS);
	chains_are_as_at_first("nothing of it is left");
	cgswap_replace_unref(replace);

	replace = begin(NULL);
	attach(replace, one.chain, added[0], NULL);
	attach(replace, one.chain, added[0], NULL);
	EXPECT_CAUSE(cgswap_replace_check(replace), ALREADY_ATTACHED,
		     "the check counts earlier attaches");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ALREADY_ATTACHED,
		     "one program is attached once to a chain");
	chains_are_as_at_first("nothing is left");
	cgswap_replace_unref(replace);
}

/* Another writer comes between the add and the commit, and between commit and rollback. */
static void beside_others(void)
{
	cgswap_replace *replace = begin(NULL);
	int theirs = prog_pass(EGRESS, "theirs");

	attach(replace, one.chain, added[0], NULL);
	detach(replace, other.chain, "pos:2");
	raw_attach(one.cgroup.fd, theirs, EGRESS, RAW_MULTI);
	raw_attach(other.cgroup.fd, theirs, EGRESS, RAW_MULTI);
	expect_ok(cgswap_replace_commit(replace, NULL), "the commit goes on among changes");
	chain_is(one.cgroup.fd, EGRESS,
		 (int[]){ one.progs[0], one.progs[1], one.progs[2], theirs, added[0] }, 5,
		 "ours is last");
	raw_detach(one.cgroup.fd, theirs, EGRESS);
	expect_ok(cgswap_replace_rollback(replace), "the rollback goes on too");
	chain_is(other.cgroup.fd, EGRESS,
		 (int[]){ other.progs[0], other.progs[1], other.progs[2], theirs }, 4,
		 "ours is before what others have attached behind it");
	chain_is(one.cgroup.fd, EGRESS, one.progs, ENTRIES, "the first chain is as it was");
	raw_detach(other.cgroup.fd, theirs, EGRESS);
	chains_are_as_at_first("the second too");

	expect_ok(cgswap_replace_commit(replace, NULL), "once more");
	raw_detach(one.cgroup.fd, added[0], EGRESS);
	expect_ok(cgswap_replace_rollback(replace), "an entry that is gone needs no way back");
	chains_are_as_at_first("after the rollback");
	cgswap_replace_unref(replace);
	raw_close(theirs);
}

static void expected_revision(void)
{
	struct cgswap_attach_opts opts = { .expected_revision =
						   chain_now(one.cgroup.fd, EGRESS).revision };
	cgswap_replace *replace = begin(NULL);

	if (!kernel_has_revision()) {
		skip("this kernel has no revisions");
		cgswap_replace_unref(replace);
		return;
	}
	expect_ok(attach(replace, one.chain, added[0], &opts), "a step at the revision");
	raw_attach(one.cgroup.fd, added[1], EGRESS, RAW_MULTI);
	raw_detach(one.cgroup.fd, added[1], EGRESS);
	EXPECT_CAUSE(cgswap_replace_check(replace), REVISION_CHANGED, "the check says so");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), REVISION_CHANGED, "the chain changed");
	EXPECT_CAUSE(attach(replace, one.chain, added[0], &opts), REVISION_CHANGED,
		     "a step at an old revision");
	chains_are_as_at_first("nothing changed");
	cgswap_replace_unref(replace);
}

/* By a link, which a pin holds: the pin is made with it, and goes with it. */
static void by_link(void)
{
	const char *fs = bpffs_private();
	char path[200], taken[200];
	const struct cgswap_attach_opts opts = { .link = 1, .pin = path };
	cgswap_replace *replace = begin(NULL);
	int link, wanted[] = { one.progs[0], one.progs[1], one.progs[2], added[0] };

	snprintf(path, sizeof(path), "%s/link", fs);
	snprintf(taken, sizeof(taken), "%s/taken", fs);
	EXPECT_CAUSE(attach(replace, one.chain, added[0], &(struct cgswap_attach_opts){ .link = 1 }),
		     BAD_ARGUMENT, "a link without a pin");
	expect_ok(attach(replace, one.chain, added[0], &opts), "a step attaches by a link");
	expect_ok(cgswap_replace_check(replace), "the check");
	expect_ok(cgswap_replace_commit(replace, NULL), "the commit");
	chain_is(one.cgroup.fd, EGRESS, wanted, 4, "it is attached");
	link = raw_pin_open(path);
	ok(link >= 0, "its link is pinned");
	is_int(cgswap_step_get_link_id(cgswap_replace_get_step(replace, 0)),
	       link >= 0 ? raw_link_id(link) : 0, "the step has its id");
	if (link >= 0)
		raw_close(link);
	expect_ok(cgswap_replace_rollback(replace), "the rollback");
	chains_are_as_at_first("after it");
	ok(raw_pin_open(path) < 0, "the pin is gone");

	expect_ok(cgswap_replace_commit(replace, NULL), "a second commit");
	cgswap_replace_unref(replace);
	chain_is(one.cgroup.fd, EGRESS, wanted, 4, "the pin holds the link without the handle");

	replace = begin(NULL);
	EXPECT_CAUSE(detach(replace, one.chain, by_id(added[0])), HELD_BY_LINK,
		     "a link's entry is not detached in a transaction");
	cgswap_replace_unref(replace);
	link = raw_pin_open(path);
	raw_unpin(path);
	chain_close_link(link, one.cgroup.fd, EGRESS);

	raw_pin(added[1], taken);
	replace = begin(NULL);
	EXPECT_CAUSE(attach(replace, other.chain, added[0],
			    &(struct cgswap_attach_opts){ .pin = taken }),
		     PIN_EXISTS, "a pin that exists");
	cgswap_replace_unref(replace);
	raw_unpin(taken);
}

/* An entry that is to be detached is bound when the step is added. */
static void refusals(void)
{
	cgswap_replace *replace = begin(NULL);

	EXPECT_CAUSE(detach(replace, one.chain, by_id(added[0])), NOT_ATTACHED, "not attached");
	expect_ok(detach(replace, one.chain, "pos:2"), "a detach");
	EXPECT_CAUSE(detach(replace, one.chain, "pos:2"), BAD_ARGUMENT, "the same once more");
	raw_detach(one.cgroup.fd, one.progs[2], EGRESS);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LOST_RACE, "others were faster");
	raw_attach(one.cgroup.fd, one.progs[2], EGRESS, RAW_MULTI);
	chains_are_as_at_first("all are there");
	cgswap_replace_unref(replace);
}

int main(void)
{
	need_live();
	need_flags(RAW_BEFORE, "BPF_F_BEFORE");
	scratch_bystander(EGRESS);
	one = fixture_new("one", ENTRIES);
	other = fixture_new("other", ENTRIES);
	cgswap_chain_unref(other.chain);
	other.chain = live_chain(one.session, other.cgroup.path, "egress");
	added[0] = prog_pass(EGRESS, "added0");
	added[1] = prog_pass(EGRESS, "added1");

	all_kinds();
	none();
	beside_others();
	expected_revision();
	by_link();
	refusals();

	raw_close(added[0]);
	raw_close(added[1]);
	fixture_free(&other);
	fixture_free(&one);
	return done_testing();
}
