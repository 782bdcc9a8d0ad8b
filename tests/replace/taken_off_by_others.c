/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another process takes the new program off after a commit: detaches it, and so empties the chain, or
 * leaves another program there, or attaches the new one again by a link, or puts another one in its
 * place. A rollback cannot put the old program back, and says so; the step counts as out: it is not
 * rolled back again, and the transaction may be committed again: then it has lost a race.
 */
#include "../lib/attach_types.h"
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <stdbool.h>

static cgswap_session *session;
static int old, new, other;

static cgswap_replace *committed(const struct scratch *cgroup)
{
	cgswap_chain *chain = live_chain(session, cgroup->path, "egress");
	cgswap_program *program = live_program(session, new);
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, by_id(old), program, NULL), "a step");
	expect_ok(cgswap_replace_commit(replace, NULL), "a commit");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	return replace;
}

static void roll_back(cgswap_replace *replace, const char *name)
{
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);

	EXPECT_CAUSE(cgswap_replace_rollback(replace), ROLLBACK_INCOMPLETE, "%s: a rollback", name);
	is_int(cgswap_step_get_state(step), CGSWAP_STEP_FAILED, "%s: its step failed", name);
	ok(cgswap_step_get_cause(step) != CGSWAP_CAUSE_NONE, "%s: with a cause", name);
	expect_ok(cgswap_replace_rollback(replace), "%s: another one has nothing to do", name);
}

static void taken_off(const char *name, bool beside, bool by_link, bool over)
{
	struct scratch cgroup = scratch_new(name);
	cgswap_replace *replace;
	int link = -1;

	if (raw_attach(cgroup.fd, old, EGRESS, RAW_MULTI) ||
	    (beside && raw_attach(cgroup.fd, other, EGRESS, RAW_MULTI)))
		bail_out("cannot attach");
	replace = committed(&cgroup);
	if (over)
		raw_replace(cgroup.fd, other, new, EGRESS, RAW_MULTI | RAW_REPLACE);
	else
		raw_detach(cgroup.fd, new, EGRESS);
	if (by_link)
		link = raw_link_create(cgroup.fd, new, EGRESS, 0);
	roll_back(replace, name);
	EXPECT_CAUSE(cgswap_replace_check(replace), LOST_RACE, "%s: a check after the rollback", name);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LOST_RACE,
		     "%s: a commit after the rollback", name);
	EXPECT_CAUSE(cgswap_replace_check(replace), LOST_RACE, "%s: a second check", name);
	cgswap_replace_unref(replace);
	if (link >= 0)
		raw_close(link);
	raw_close(cgroup.fd);
}

int main(void)
{
	need_live();
	session = live_session();
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	other = prog_pass(EGRESS, "other");
	taken_off("empty", false, false, false);
	taken_off("beside", true, false, false);
	taken_off("link", false, true, false);
	taken_off("over", false, false, true);
	cgswap_session_unref(session);
	raw_close(old);
	raw_close(new);
	raw_close(other);
	return done_testing();
}
