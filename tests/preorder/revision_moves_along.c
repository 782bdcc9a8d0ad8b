/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An entry is preorder, and its program runs from the parent too, so that no order shows the flag and
 * an add probes it, which moves the revision by two. A step with the revision from before the add still
 * commits; and with a new program that is in the chain already, check and commit say so.
 */
#include "../lib/attach_types.h"
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

static cgswap_session *session;
static struct scratch parent, child;
static int old, other, spare;

static cgswap_replace *add(int new)
{
	struct raw_chain now = chain_now(child.fd, EGRESS);
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .expected_revision = now.revision };
	cgswap_chain *chain = live_chain(session, child.path, "egress");
	cgswap_program *program = live_program(session, new);
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, by_id(old), program, &opts), "a step");
	ok(cgswap_step_get_probe_attached(cgswap_replace_get_step(replace, 0)),
	   "the probe was attached for a moment");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	return replace;
}

int main(void)
{
	cgswap_replace *replace;

	need_live();
	need_flags(RAW_PREORDER | RAW_BEFORE, "BPF_F_PREORDER with BPF_F_BEFORE");
	session = live_session();
	parent = scratch_new("parent");
	child = scratch_child(&parent, "child");
	old = prog_pass(EGRESS, "old");
	other = prog_pass(EGRESS, "other");
	spare = prog_pass(EGRESS, "spare");
	if (raw_attach(parent.fd, old, EGRESS, RAW_MULTI) ||
	    raw_attach(child.fd, old, EGRESS, RAW_MULTI | RAW_PREORDER) ||
	    raw_attach(child.fd, other, EGRESS, RAW_MULTI | RAW_PREORDER))
		bail_out("cannot attach");

	replace = add(other);
	EXPECT_CAUSE(cgswap_replace_check(replace), ALREADY_ATTACHED, "check: it is in the chain");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ALREADY_ATTACHED,
		     "commit: it is in the chain");
	cgswap_replace_unref(replace);

	replace = add(spare);
	expect_ok(cgswap_replace_check(replace), "check: the new program is free");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit: the new program is free");
	cgswap_replace_unref(replace);
	chain_is(child.fd, EGRESS, (const int[]){ spare, other }, 2, "it was replaced");

	cgswap_session_unref(session);
	raw_close(old);
	raw_close(other);
	raw_close(spare);
	return done_testing();
}
