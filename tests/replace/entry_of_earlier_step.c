/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A step never changes the entry of an earlier step instead of its own. If links cannot be listed,
 * the entry of a link is taken for a plain one; when an earlier step has attached the same program
 * plainly, it is held_by_link. If others have detached it meanwhile, it is lost_race. Check and commit
 * say the same, and a commit undoes the earlier step.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

enum { MOVED, TWICE, NEW, PROGRAMS };

static int progs[PROGRAMS];

/* MOVED is replaced by TWICE, whose other entry is replaced by NEW. */
static cgswap_replace *add_steps(cgswap_session *session, const struct scratch *cgroup)
{
	cgswap_chain *chain = live_chain(session, cgroup->path, "egress");
	cgswap_program *first = live_program(session, progs[TWICE]);
	cgswap_program *second = live_program(session, progs[NEW]);
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, "pos:0", first, NULL), "a step");
	expect_ok(cgswap_replace_add(replace, chain, "pos:1", second, NULL), "a second one");
	cgswap_program_unref(second);
	cgswap_program_unref(first);
	cgswap_chain_unref(chain);
	return replace;
}

static void held_by_link(void)
{
	cgswap_session *session = live_session_without("link_id,ordering");
	struct scratch cgroup = scratch_new("held");
	cgswap_replace *replace;
	int link;

	raw_attach(cgroup.fd, progs[MOVED], EGRESS, RAW_MULTI);
	link = raw_link_create(cgroup.fd, progs[TWICE], EGRESS, 0);
	replace = add_steps(session, &cgroup);
	EXPECT_CAUSE(cgswap_replace_check(replace), HELD_BY_LINK, "held by a link: check");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), HELD_BY_LINK, "held by a link: commit");
	chain_is(cgroup.fd, EGRESS, progs, 2, "the chain is as before");
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
	raw_close(link);
	raw_close(cgroup.fd);
}

static void detached_by_others(void)
{
	cgswap_session *session = live_session();
	struct scratch cgroup = scratch_new("detached");
	cgswap_replace *replace;

	raw_attach(cgroup.fd, progs[MOVED], EGRESS, RAW_MULTI);
	raw_attach(cgroup.fd, progs[TWICE], EGRESS, RAW_MULTI);
	replace = add_steps(session, &cgroup);
	raw_detach(cgroup.fd, progs[TWICE], EGRESS);
	EXPECT_CAUSE(cgswap_replace_check(replace), LOST_RACE, "detached by others: check");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LOST_RACE, "detached by others: commit");
	chain_is(cgroup.fd, EGRESS, progs, 1, "the chain is as before");
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
	raw_close(cgroup.fd);
}

int main(void)
{
	need_live();
	prog_pass_many(EGRESS, "p", progs, PROGRAMS);
	held_by_link();
	detached_by_others();
	return done_testing();
}
