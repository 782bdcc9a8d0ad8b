/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session with the preorder feature disabled does not silently drop the flag: it reports a
 * preorder entry as such, and replaces it only if the caller asks for no preorder. Other entries
 * are replaced as usual.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static enum cgswap_status replace_with(cgswap_session *session, cgswap_chain *chain, const char *old,
				       cgswap_program *program, enum cgswap_preorder preorder)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .preorder = preorder };
	cgswap_replace *replace;
	enum cgswap_status status = cgswap_replace_new(&replace, session, NULL);

	if (!status)
		status = cgswap_replace_add(replace, chain, old, program, &opts);
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	cgswap_replace_unref(replace);
	return status;
}

int main(void)
{
	struct scratch parent, child;
	cgswap_session *session;
	cgswap_program *program;
	cgswap_chain *chain;
	int progs[2], lower, spare, order[3];

	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	session = live_session_without("preorder");
	parent = scratch_new("masked");
	child = scratch_child(&parent, "child");
	prog_pass_many(EGRESS, "p", progs, 2);
	lower = prog_pass(EGRESS, "lower");
	spare = prog_pass(EGRESS, "spare");
	if (raw_attach(parent.fd, progs[0], EGRESS, RAW_MULTI | RAW_PREORDER) ||
	    raw_attach(parent.fd, progs[1], EGRESS, RAW_MULTI) ||
	    raw_attach(child.fd, lower, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
	order[0] = progs[0];
	order[1] = lower;
	order[2] = progs[1];
	chain = live_chain(session, parent.path, "egress");
	program = live_program(session, spare);

	EXPECT_CAUSE(replace_with(session, chain, "pos:0", program, CGSWAP_PREORDER_DEFAULT),
		     PREORDER_WOULD_CHANGE, "a preorder entry");
	expect_message("do without");
	effective_is(child.fd, EGRESS, order, 3, "the effective order of the child is unchanged");
	expect_ok(replace_with(session, chain, "pos:1", program, CGSWAP_PREORDER_DEFAULT),
		  "another entry is replaced");
	raw_replace(parent.fd, progs[1], spare, EGRESS, RAW_MULTI | RAW_REPLACE);
	expect_ok(replace_with(session, chain, "pos:0", program, CGSWAP_PREORDER_NO),
		  "the preorder entry is replaced with no preorder asked for");

	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	raw_close(progs[0]);
	raw_close(progs[1]);
	raw_close(lower);
	raw_close(spare);
	return done_testing();
}
