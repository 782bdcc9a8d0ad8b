/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A step reports what the kernel compared before the swap: the revision of the chain, or only the
 * old program, if the kernel has no revisions or for a link. With an expected revision the library
 * compares the chain of a link just before the swap.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static struct fixture fixture;

static void guard_is(enum cgswap_guard wanted, const char *disable_features, int old, uint32_t link)
{
	cgswap_session *session = live_session_without(disable_features);
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	cgswap_program *program = live_program(session, fixture.spare);
	cgswap_replace *replace;
	const cgswap_step *step;

	cgswap_replace_new(&replace, session, NULL);
	expect_ok(cgswap_replace_add(replace, chain, by_id(old), program, NULL), "a step");
	step = cgswap_replace_get_step(replace, 0);
	is_int(cgswap_step_get_guard(step), CGSWAP_GUARD_NOT_DONE,
	       "a step that is not done has no guard");
	is_int(cgswap_step_get_link_id(step), link, "its link");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	is_int(cgswap_step_get_guard(step), wanted, "its guard");
	is_int(cgswap_step_get_revision(step),
	       disable_features ? 0 : chain_now(fixture.cgroup.fd, EGRESS).revision,
	       "its revision");
	expect_ok(cgswap_replace_rollback(replace), "roll-back");
	is_int(cgswap_step_get_guard(step), CGSWAP_GUARD_NOT_DONE, "an undone step has no guard");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

/* The chain changes at another entry between the step and its commit. */
static void change_at_other_entry(const char *old, bool expected, bool wins, const char *name)
{
	struct cgswap_step_opts opts = { .sz = sizeof(opts) };
	int beside = prog_pass(EGRESS, "beside");
	cgswap_replace *replace;

	if (expected)
		opts.expected_revision = fixture_chain(&fixture).revision;
	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, old, fixture.program, &opts), "a step");
	raw_attach(fixture.cgroup.fd, beside, EGRESS, RAW_MULTI);
	if (wins)
		expect_ok(cgswap_replace_commit(replace, NULL), "%s", name);
	else
		EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), REVISION_CHANGED, "%s", name);
	raw_detach(fixture.cgroup.fd, beside, EGRESS);
	cgswap_replace_rollback(replace);
	cgswap_replace_unref(replace);
	raw_close(beside);
}

int main(void)
{
	static const char off[] = "revision,expected_revision";
	int held, link;

	need_live();
	fixture = fixture_new("guard", 2);
	held = prog_pass(EGRESS, "held");
	link = raw_link_create(fixture.cgroup.fd, held, EGRESS, 0);
	guard_is(CGSWAP_GUARD_PROGRAM, off, fixture.progs[0], 0);
	guard_is(CGSWAP_GUARD_PROGRAM, off, held, raw_link_id(link));
	if (kernel_has_revision()) {
		guard_is(CGSWAP_GUARD_REVISION, NULL, fixture.progs[0], 0);
		guard_is(CGSWAP_GUARD_PROGRAM, NULL, held, raw_link_id(link));
		change_at_other_entry(by_id(fixture.progs[0]), false, true,
				      "a plain entry without an expected revision");
		change_at_other_entry(by_id(fixture.progs[0]), true, false,
				      "a plain entry with an expected revision");
		change_at_other_entry(by_id(held), false, true,
				      "a link without an expected revision");
		change_at_other_entry(by_id(held), true, false, "a link with an expected revision");
	}
	is_int(fixture_chain(&fixture).count, 3, "the chain has three entries");
	is_int(fixture_chain(&fixture).ids[0], raw_prog_id(fixture.progs[0]),
	       "the plain entry has its old program");
	is_int(fixture_chain(&fixture).ids[2], raw_prog_id(held), "the link has its old program");
	is_int(cgswap_step_get_guard(NULL), 0, "NULL has no guard");
	is_int(cgswap_step_get_link_id(NULL), 0, "NULL has no link");
	raw_close(link);
	raw_close(held);
	fixture_free(&fixture);
	return done_testing();
}
