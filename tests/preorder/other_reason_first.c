/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A commit that cannot find out the preorder flag of the old program first asks if the kernel would
 * accept the swap at all, as a check does: both name that reason.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/tap.h"

int main(void)
{
	struct fixture fixture;
	cgswap_session *session;
	cgswap_program *program;
	cgswap_replace *replace;
	cgswap_chain *chain;

	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	fixture = fixture_new("reason", 1);
	session = live_session_without("ordering");
	chain = live_chain(session, fixture.cgroup.path, "egress");
	program = live_program(session, fixture.spare);
	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, "pos:0", program, NULL), "a step");
	raw_attach(fixture.cgroup.fd, fixture.spare, EGRESS, RAW_MULTI);
	EXPECT_CAUSE(cgswap_replace_check(replace), ALREADY_ATTACHED, "check");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), ALREADY_ATTACHED, "commit");
	raw_detach(fixture.cgroup.fd, fixture.spare, EGRESS);
	EXPECT_CAUSE(cgswap_replace_check(replace), PREORDER_WOULD_CHANGE,
		     "check, without that reason");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), PREORDER_WOULD_CHANGE, "commit");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	fixture_free(&fixture);
	return done_testing();
}
