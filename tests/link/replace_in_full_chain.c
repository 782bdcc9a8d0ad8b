/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In a full chain and below an ancestor in none mode, a plain entry cannot be replaced, but the
 * program of a link can. A transaction with both kinds in several cgroups is still all or nothing.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <string.h>

static cgswap_session *session;
static int held, replacement;
static cgswap_program *program;

static int make_link(const struct scratch *cgroup)
{
	int link = raw_link_create(cgroup->fd, held, EGRESS, 0);

	if (link < 0)
		bail_out("no link: %s", strerror(errno));
	return link;
}

static void in_a_full_chain(void)
{
	struct scratch cgroup = scratch_new("full");
	int progs[RAW_CHAIN_MAX - 1], link = make_link(&cgroup);
	cgswap_chain *chain;

	prog_pass_many(EGRESS, "full", progs, RAW_CHAIN_MAX - 1);
	for (int i = 0; i < RAW_CHAIN_MAX - 1; i++)
		raw_attach(cgroup.fd, progs[i], EGRESS, RAW_MULTI);
	chain = live_chain(session, cgroup.path, "egress");
	is_int(cgswap_chain_get_length(chain), RAW_CHAIN_MAX, "the chain is full");
	EXPECT_CAUSE(swap(session, chain, by_id(progs[7]), program), CHAIN_FULL,
		     "replace a plain entry of a full chain");
	expect_ok(swap(session, chain, by_id(held), program), "replace the program of a link");
	is_int(chain_now(cgroup.fd, EGRESS).ids[0], raw_prog_id(replacement),
	       "the link has the new program");
	is_int(chain_now(cgroup.fd, EGRESS).count, RAW_CHAIN_MAX, "no entry was added");
	cgswap_chain_unref(chain);
	for (int i = 0; i < RAW_CHAIN_MAX - 1; i++)
		raw_close(progs[i]);
	chain_close_link(link, cgroup.fd, EGRESS);
	raw_close(cgroup.fd);
}

static void below_none_mode(void)
{
	struct scratch parent = scratch_new("parent"), child = scratch_child(&parent, "child");
	int plain = prog_pass(EGRESS, "plain"), above = prog_pass(EGRESS, "above");
	const int wanted[] = { replacement, plain };
	int link = make_link(&child);
	cgswap_chain *chain;

	raw_attach(child.fd, plain, EGRESS, RAW_MULTI);
	raw_attach(parent.fd, above, EGRESS, RAW_NONE);
	chain = live_chain(session, child.path, "egress");
	EXPECT_CAUSE(swap(session, chain, by_id(plain), program), ANCESTOR_EXCLUSIVE,
		     "replace a plain entry below none mode");
	expect_ok(swap(session, chain, by_id(held), program),
		  "replace the program of a link there");
	chain_is(child.fd, EGRESS, wanted, 2, "that link has the new program");
	cgswap_chain_unref(chain);
	chain_close_link(link, child.fd, EGRESS);
	raw_close(plain);
	raw_close(above);
	raw_close(child.fd);
	raw_close(parent.fd);
}

static void all_or_none(void)
{
	struct scratch cgroups[3] = { scratch_new("link"), scratch_new("plain"),
				      scratch_new("alone") };
	int plain = prog_pass(EGRESS, "plain"), link = make_link(&cgroups[0]);
	cgswap_chain *chains[3];
	cgswap_replace *replace;

	raw_attach(cgroups[1].fd, plain, EGRESS, RAW_MULTI);
	raw_attach(cgroups[2].fd, plain, EGRESS, RAW_OVERRIDE);
	cgswap_replace_new(&replace, session, NULL);
	for (int i = 0; i < 3; i++) {
		const struct cgswap_step_opts opts = { .sz = sizeof(opts), .allow_unguarded = 1 };

		chains[i] = live_chain(session, cgroups[i].path, "egress");
		expect_ok(cgswap_replace_add(replace, chains[i], "pos:0", program, &opts),
			  "step %d", i);
	}
	/* the second step fails: its new program is in the chain already */
	raw_attach(cgroups[1].fd, replacement, EGRESS, RAW_MULTI);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ALREADY_ATTACHED, "the second step");
	is_int(cgswap_step_get_state(cgswap_replace_get_step(replace, 0)), CGSWAP_STEP_UNDONE,
	       "the step of the link was done and undone");
	chain_is(cgroups[0].fd, EGRESS, &held, 1, "the link has its old program");
	chain_is(cgroups[2].fd, EGRESS, &plain, 1, "the third chain is unchanged");
	raw_detach(cgroups[1].fd, replacement, EGRESS);
	expect_ok(cgswap_replace_check(replace), "check succeeds without the duplicate");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit succeeds");
	for (int i = 0; i < 3; i++)
		chain_is(cgroups[i].fd, EGRESS, &replacement, 1, "each chain has the new program");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	for (int i = 0; i < 3; i++)
		chain_is(cgroups[i].fd, EGRESS, i ? &plain : &held, 1,
			 "each chain has its old program");
	cgswap_replace_unref(replace);
	for (int i = 0; i < 3; i++)
		cgswap_chain_unref(chains[i]);
	chain_close_link(link, cgroups[0].fd, EGRESS);
	raw_close(plain);
	for (int i = 0; i < 3; i++)
		raw_close(cgroups[i].fd);
}

int main(void)
{
	need_live();
	session = live_session();
	held = prog_pass(EGRESS, "held");
	replacement = prog_pass(EGRESS, "replacement");
	program = live_program(session, replacement);
	in_a_full_chain();
	below_none_mode();
	all_or_none();
	cgswap_program_unref(program);
	cgswap_session_unref(session);
	raw_close(held);
	raw_close(replacement);
	return done_testing();
}
