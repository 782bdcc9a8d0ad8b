/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two updates of a link that the kernel would do wrongly are errors and change nothing: one to a
 * program for another attach type, which the kernel does not check, and one in a chain with
 * preorder entries on a kernel that takes the wrong position (a disabled feature of the session).
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static cgswap_session *session;

static enum cgswap_status check(cgswap_chain *chain, const char *old, cgswap_program *new)
{
	cgswap_replace *replace;
	enum cgswap_status status = cgswap_replace_new(&replace, session, NULL);

	if (!status)
		status = cgswap_replace_add(replace, chain, old, new, NULL);
	cgswap_replace_unref(replace);
	return status;
}

static void another_attach_type(void)
{
	struct scratch cgroup = scratch_new("attach-type");
	int progs[] = { prog_pass(CONNECT4, "four"), prog_pass(CONNECT4, "next_four") };
	int six = prog_pass(CONNECT6, "six"), skb = prog_pass(EGRESS, "egress");
	int link = raw_link_create(cgroup.fd, progs[0], CONNECT4, 0);
	cgswap_chain *chain = live_chain(session, cgroup.path, "connect4");
	cgswap_program *wrong = live_program(session, six), *other = live_program(session, skb);
	cgswap_program *right = live_program(session, progs[1]);
	struct raw_chain before = chain_now(cgroup.fd, CONNECT4);

	EXPECT_CAUSE(check(chain, by_id(progs[0]), wrong), UNSAFE_LINK_UPDATE,
		     "a program for connect6 in a link of connect4");
	expect_message("connect4");
	EXPECT_CAUSE(swap(session, chain, "pos:0", wrong), UNSAFE_LINK_UPDATE, "by position");
	EXPECT_CAUSE(swap(session, chain, by_fd(link), wrong), UNSAFE_LINK_UPDATE,
		     "by its descriptor");
	EXPECT_CAUSE(swap(session, chain, "pos:0", other), PROGRAM_TYPE_MISMATCH,
		     "a program of another type");
	chain_untouched(cgroup.fd, CONNECT4, &before, "after all errors");
	is_int(raw_link_update(link, six), 0, "the kernel itself accepts the update");
	raw_link_update(link, progs[0]);
	expect_ok(swap(session, chain, "pos:0", right), "a program for connect4");
	chain_is(cgroup.fd, CONNECT4, &progs[1], 1, "the link has that program");

	cgswap_program_unref(right);
	cgswap_program_unref(other);
	cgswap_program_unref(wrong);
	cgswap_chain_unref(chain);
	raw_close(link);
	raw_close(six);
	raw_close(skb);
	raw_close(progs[0]);
	raw_close(progs[1]);
	raw_close(cgroup.fd);
}

/* The kernel checks the attach type for a plain entry. */
static void a_plain_entry(void)
{
	struct scratch cgroup = scratch_new("plain");
	int four = prog_pass(CONNECT4, "four"), six = prog_pass(CONNECT6, "six");
	cgswap_chain *chain = live_chain(session, cgroup.path, "connect4");
	cgswap_program *wrong = live_program(session, six);

	raw_attach(cgroup.fd, four, CONNECT4, RAW_MULTI);
	EXPECT_CAUSE(swap(session, chain, "pos:0", wrong), EXPECTED_ATTACH_TYPE_MISMATCH,
		     "replace a plain entry");
	chain_is(cgroup.fd, CONNECT4, &four, 1, "the chain is unchanged");
	cgswap_program_unref(wrong);
	cgswap_chain_unref(chain);
	raw_close(four);
	raw_close(six);
	raw_close(cgroup.fd);
}

static enum cgswap_status on_a_faulty_kernel(const struct scratch *cgroup, const char *old, int new)
{
	enum cgswap_status status;
	cgswap_session *faulty;
	cgswap_program *program;
	cgswap_chain *chain;

	faulty = live_session_without("link_update_order");
	chain = live_chain(faulty, cgroup->path, "egress");
	program = live_program(faulty, new);
	status = swap(faulty, chain, old, program);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(faulty);
	return status;
}

static void among_preorder_entries(void)
{
	struct scratch parent = scratch_new("parent"), child = scratch_child(&parent, "child");
	int held = prog_pass(EGRESS, "held"), next = prog_pass(EGRESS, "next");
	int plain = prog_pass(EGRESS, "plain"), early = prog_pass(EGRESS, "early");
	int link = raw_link_create(child.fd, held, EGRESS, 0);
	struct raw_chain before;

	raw_attach(child.fd, plain, EGRESS, RAW_MULTI);
	expect_ok(on_a_faulty_kernel(&child, by_id(held), next), "no entry is preorder");
	expect_ok(on_a_faulty_kernel(&child, by_id(next), held), "the same in the other direction");
	raw_attach(parent.fd, early, EGRESS, RAW_MULTI | RAW_PREORDER);
	before = chain_now(child.fd, EGRESS);
	expect_refusal(on_a_faulty_kernel(&child, by_id(held), next),
		       CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, NULL, "the parent has a preorder entry");
	raw_detach(parent.fd, early, EGRESS);
	raw_attach(child.fd, early, EGRESS, RAW_MULTI | RAW_PREORDER);
	expect_refusal(on_a_faulty_kernel(&child, by_id(held), next),
		       CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, NULL, "the chain has a preorder entry");
	ok(chain_now(child.fd, EGRESS).ids[0] == before.ids[0], "the link has its old program");
	expect_ok(on_a_faulty_kernel(&child, by_id(plain), next),
		  "a plain entry of that chain is replaced");
	chain_close_link(link, child.fd, EGRESS);
	raw_close(held);
	raw_close(next);
	raw_close(plain);
	raw_close(early);
	raw_close(child.fd);
	raw_close(parent.fd);
}

int main(void)
{
	need_live();
	session = live_session();
	another_attach_type();
	a_plain_entry();
	if (kernel_knows_flags(RAW_PREORDER))
		among_preorder_entries();
	cgswap_session_unref(session);
	return done_testing();
}
