/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With an expected revision a change by others is always an error, even if a later step reads the
 * chain again; the transaction's own changes do not count. check and commit give the same cause.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

enum { ENTRIES = 4 };

static struct fixture fixture;
static cgswap_program *second;
static int second_fd, foreign, link_fd, held;

static cgswap_replace *begin(void)
{
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, fixture.session, NULL), "a transaction");
	return replace;
}

static void add(cgswap_replace *replace, const char *old, cgswap_program *program,
		uint64_t revision)
{
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = revision,
	};

	expect_ok(cgswap_replace_add(replace, fixture.chain, old, program, &opts), "a step for %s",
		  *old == 'p' ? old : "a link");
}

static void another_changes_it(bool is_there)
{
	if (is_there)
		raw_detach(fixture.cgroup.fd, foreign, EGRESS);
	else
		raw_attach(fixture.cgroup.fd, foreign, EGRESS, RAW_MULTI);
}

/* A later step without an expected revision reads the chain again. */
static void later_step_reads_again(const char *old, const char *later, const char *name)
{
	struct raw_chain before = fixture_chain(&fixture);
	cgswap_replace *replace = begin();

	add(replace, old, fixture.program, before.revision);
	another_changes_it(false);
	add(replace, later, second, 0);
	before = fixture_chain(&fixture);
	EXPECT_CAUSE(cgswap_replace_check(replace), REVISION_CHANGED, "%s: check", name);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), REVISION_CHANGED, "%s: commit", name);
	is_int(cgswap_step_get_cause(cgswap_replace_get_step(replace, 0)),
	       CGSWAP_CAUSE_REVISION_CHANGED, "%s: cause of the step", name);
	fixture_untouched(&fixture, &before, name);
	cgswap_replace_unref(replace);
	another_changes_it(true);
}

static void own_changes(const char *old, const char *later, const char *name)
{
	struct raw_chain before = fixture_chain(&fixture);
	cgswap_replace *replace = begin();

	add(replace, old, fixture.program, before.revision);
	add(replace, later, second, before.revision);
	for (int i = 0; i < 3; i++) {
		expect_ok(cgswap_replace_check(replace), "%s: check", name);
		expect_ok(cgswap_replace_commit(replace, NULL), "%s: commit", name);
		expect_ok(cgswap_replace_rollback(replace), "%s: roll-back", name);
	}
	another_changes_it(false);
	EXPECT_CAUSE(cgswap_replace_check(replace), REVISION_CHANGED,
		     "%s: check after a change by others", name);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), REVISION_CHANGED,
		     "%s: commit after a change by others", name);
	another_changes_it(true);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), REVISION_CHANGED,
		     "%s: the chain is as before", name);
	cgswap_replace_unref(replace);
}

/* As on an older kernel. */
static void without_revisions(void)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .expected_revision = 4 };
	cgswap_replace *replace = begin();

	EXPECT_CAUSE(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, &opts),
		     KERNEL_LACKS_FEATURE, "an expected revision on a kernel without revisions");
	cgswap_replace_unref(replace);
}

int main(void)
{
	char link[32];

	need_live();
	fixture = fixture_new("expected", ENTRIES - 1);
	if (!kernel_has_revision()) {
		without_revisions();
		fixture_free(&fixture);
		return done_testing();
	}
	held = prog_pass(EGRESS, "held");
	link_fd = raw_link_create(fixture.cgroup.fd, held, EGRESS, 0);
	if (link_fd < 0)
		bail_out("cannot make a link");
	snprintf(link, sizeof(link), "link:%u", raw_link_id(link_fd));
	foreign = prog_pass(EGRESS, "foreign");
	second_fd = prog_pass(EGRESS, "second");
	cgswap_program_open(&second, fixture.session, by_fd(second_fd), NULL);
	later_step_reads_again("pos:1", "pos:2", "a plain step");
	later_step_reads_again(link, "pos:2", "a step for a link");
	own_changes("pos:0", "pos:2", "two plain steps");
	own_changes(link, "pos:1", "a link and a plain entry");
	cgswap_program_unref(second);
	raw_close(second_fd);
	raw_close(foreign);
	raw_close(held);
	chain_close_link(link_fd, fixture.cgroup.fd, EGRESS);
	fixture_free(&fixture);
	return done_testing();
}
