/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A step that is given the preorder flag does not find out that of the old program. If no order shows
 * it, a rollback puts the old program back with the given flag, and says so.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

static void roll_back(cgswap_session *session, const struct scratch *cgroup, const int *progs)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .preorder = CGSWAP_PREORDER_NO };
	cgswap_chain *chain = live_chain(session, cgroup->path, "egress");
	cgswap_program *program = live_program(session, progs[1]);
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, "pos:0", program, &opts), "a step with the flag");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	EXPECT_CAUSE(cgswap_replace_rollback(replace), ROLLBACK_INCOMPLETE, "rollback");
	is_str(cgswap_cause_get_name(cgswap_step_get_cause(cgswap_replace_get_step(replace, 0))),
	       "preorder_would_change", "the cause of the step");
	chain_is(cgroup->fd, EGRESS, progs, 1, "the old program is back");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
}

int main(void)
{
	cgswap_session *session;
	struct scratch cgroup;
	int progs[2];

	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	session = live_session();
	cgroup = scratch_new("assumed");
	prog_pass_many(EGRESS, "p", progs, 2);
	raw_attach(cgroup.fd, progs[0], EGRESS, RAW_MULTI | RAW_PREORDER);
	roll_back(session, &cgroup, progs);
	raw_close(cgroup.fd);
	cgswap_session_unref(session);
	return done_testing();
}
