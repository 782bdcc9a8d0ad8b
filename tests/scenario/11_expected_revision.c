/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario 11: with an expected revision, attach, detach and adding a step succeed at that revision only,
 * and a commit fails even if other changes since then cancel each other.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum { ENTRIES = 3 };

static struct fixture fixture;

static void attach_and_detach(void)
{
	struct raw_chain before = fixture_chain(&fixture);
	struct cgswap_attach_opts attach = { .sz = sizeof(attach) };
	struct cgswap_detach_opts detach = { .sz = sizeof(detach) };

	attach.expected_revision = detach.expected_revision = before.revision + 1;
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &attach), REVISION_CHANGED,
		     "attach at another revision");
	EXPECT_CAUSE(cgswap_chain_detach(fixture.chain, "pos:0", &detach), REVISION_CHANGED,
		     "detach at another revision");
	fixture_untouched(&fixture, &before, "nothing changed");

	attach.expected_revision = cgswap_chain_get_revision(fixture.chain);
	expect_ok(cgswap_chain_attach(fixture.chain, fixture.program, &attach), "attach at the current revision");
	detach.expected_revision = cgswap_chain_get_revision(fixture.chain);
	is_int(detach.expected_revision, before.revision + 1, "the handle has the next revision");
	expect_ok(cgswap_chain_detach(fixture.chain, "name:spare", &detach), "detach at the next revision");
}

static cgswap_replace *at_revision(uint64_t revision, enum cgswap_status *status)
{
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = revision,
	};
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	*status = cgswap_replace_add(replace, fixture.chain, "pos:1", fixture.program, &opts);
	return replace;
}

static void a_step(void)
{
	struct raw_chain before = fixture_chain(&fixture);
	const int swapped[] = { fixture.progs[0], fixture.spare, fixture.progs[2] };
	enum cgswap_status status;
	cgswap_replace *replace = at_revision(before.revision + 7, &status);

	expect_refusal(status, CGSWAP_CAUSE_REVISION_CHANGED, NULL, "a step at another revision");
	is_int(cgswap_replace_get_length(replace), 0, "the step was not added");
	cgswap_replace_unref(replace);

	replace = at_revision(before.revision, &status);
	expect_ok(status, "a step at the current revision");
	raw_attach(fixture.cgroup.fd, fixture.spare, EGRESS, RAW_MULTI);
	raw_detach(fixture.cgroup.fd, fixture.spare, EGRESS);
	before = fixture_chain(&fixture);
	EXPECT_CAUSE(cgswap_replace_check(replace), REVISION_CHANGED, "check after two changes that cancel each other");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), REVISION_CHANGED, "commit");
	is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, 0)),
	       CGSWAP_CAUSE_REVISION_CHANGED, "the step has the cause");
	fixture_untouched(&fixture, &before, "nothing changed");
	cgswap_replace_unref(replace);

	replace = at_revision(before.revision, &status);
	expect_ok(status, "a step at the revision after them");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	chain_is(fixture.cgroup.fd, EGRESS, swapped, ENTRIES, "swapped");
	cgswap_replace_unref(replace);
}

int main(void)
{
	need_live();
	if (!kernel_has_revision())
		skip_all("this kernel has no revisions");
	fixture = fixture_new("guarded", ENTRIES);
	attach_and_detach();
	a_step();
	fixture_free(&fixture);
	return done_testing();
}
