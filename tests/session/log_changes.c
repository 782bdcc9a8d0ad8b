/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log has one line at INFO for each change: attach, detach, replace and rollback, plain and by
 * link, with the attach type, the cgroup, the ids and the revision. A dry run, a check and an error
 * have none. A step without a guard, and a transaction without verification, are warnings.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static struct {
	unsigned changes, warnings;
	char last[1024];
} heard;

static void listen(int level, const char *line, void *user)
{
	(void)user;
	heard.warnings += level == CGSWAP_LOG_WARNING;
	if (level != CGSWAP_LOG_INFO || !strstr(line, " was "))
		return;
	heard.changes++;
	snprintf(heard.last, sizeof(heard.last), "%s", line);
}

/* The calls since the last check made this number of changes, and the last line has the text. */
static void logged(unsigned changes, const char *text, const char *name)
{
	is_int(heard.changes, changes, "%s: lines", name);
	if (changes)
		has_str(heard.last, text, "%s: the line", name);
	heard.changes = 0;
}

static void attach_and_detach(struct fixture *fixture)
{
	const struct cgswap_attach_opts dry = { .sz = sizeof(dry), .dry_run = 1 };
	char revision[64];

	expect_ok(cgswap_chain_attach(fixture->chain, fixture->program, &dry), "a dry run");
	logged(0, "", "a dry run");
	expect_ok(cgswap_chain_attach(fixture->chain, fixture->program, NULL), "an attach");
	logged(1, "(spare) was attached to egress of '", "attach");
	if (cgswap_chain_get_revision(fixture->chain)) {
		snprintf(revision, sizeof(revision), "(revision %llu)",
			 (unsigned long long)cgswap_chain_get_revision(fixture->chain));
		has_str(heard.last, revision, "the line has the revision");
	}
	EXPECT_CAUSE(cgswap_chain_attach(fixture->chain, fixture->program, NULL), ALREADY_ATTACHED,
		     "again");
	logged(0, "", "an error");
	expect_ok(cgswap_chain_detach(fixture->chain, "name:spare", NULL), "a detach");
	logged(1, "(spare) was detached from egress of '", "detach");
}

static void replace(struct fixture *fixture)
{
	const struct cgswap_replace_opts off = { .sz = sizeof(off), .verify = CGSWAP_VERIFY_OFF };
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, fixture->session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, fixture->chain, "name:p0", fixture->program, NULL),
		  "a step");
	expect_ok(cgswap_replace_check(replace), "its check");
	logged(0, "", "a check");
	expect_ok(cgswap_replace_commit(replace, NULL), "its commit");
	logged(1, "(p0) was replaced by program ", "commit");
	expect_ok(cgswap_replace_rollback(replace), "its rollback");
	logged(1, "(spare) was replaced by program ", "rollback");
	cgswap_replace_unref(replace);
	heard.warnings = 0;
	expect_ok(cgswap_replace_new(&replace, fixture->session, &off), "without verification");
	is_int(heard.warnings, 1, "which is a warning");
	cgswap_replace_unref(replace);
}

static void without_a_guard(const struct fixture *fixture)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .allow_unguarded = true };
	cgswap_session *session = live_session_without("expected_revision");
	struct scratch cgroup = scratch_new("override");
	cgswap_replace *replace;
	cgswap_chain *chain;

	if (raw_attach(cgroup.fd, fixture->progs[0], EGRESS, RAW_OVERRIDE))
		bail_out("cannot attach");
	cgswap_session_set_log(session, listen, NULL, NULL);
	chain = live_chain(session, cgroup.path, "egress");
	expect_ok(cgswap_replace_new(&replace, session, NULL), "in override mode");
	heard.warnings = 0;
	expect_ok(cgswap_replace_add_source(replace, chain, "name:p0", by_fd(fixture->spare), &opts),
		  "a step without a guard");
	is_int(heard.warnings, 1, "which is a warning");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

int main(void)
{
	struct fixture fixture;

	need_live();
	fixture = fixture_new("log", 2);
	expect_ok(cgswap_session_set_log(fixture.session, listen, NULL, NULL), "a log");
	attach_and_detach(&fixture);
	replace(&fixture);
	without_a_guard(&fixture);
	fixture_free(&fixture);
	return done_testing();
}
