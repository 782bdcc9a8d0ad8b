/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program of a parent in override mode does not run in a child with a program of its own: in the
 * child it is not attached, by its name, id and descriptor alike. It is attached at the ancestor only
 * where it runs.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

static cgswap_session *session;

static void each_selector(const struct scratch *cgroup, int program, enum cgswap_cause cause,
			  const char *name)
{
	const char *const selectors[] = { "name:above", by_id(program), by_fd(program) };
	cgswap_chain *chain = live_chain(session, cgroup->path, "egress");
	size_t position;

	for (size_t i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
		expect_refusal(cgswap_chain_find(chain, selectors[i], &position), cause, NULL,
			       "%s: find %s", name, selectors[i]);
		expect_refusal(cgswap_chain_detach(chain, selectors[i], NULL), cause, NULL,
			       "%s: detach %s", name, selectors[i]);
	}
	cgswap_chain_unref(chain);
}

int main(void)
{
	struct scratch parent, child;
	int above, own;

	need_live();
	session = live_session();
	parent = scratch_new("parent");
	child = scratch_child(&parent, "child");
	above = prog_pass(EGRESS, "above");
	own = prog_pass(EGRESS, "own");
	if (raw_attach(parent.fd, above, EGRESS, RAW_OVERRIDE))
		bail_out("cannot attach");
	each_selector(&child, above, CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR, "it runs");
	if (raw_attach(child.fd, own, EGRESS, RAW_OVERRIDE))
		bail_out("cannot attach");
	each_selector(&child, above, CGSWAP_CAUSE_NOT_ATTACHED, "it is overridden");
	cgswap_session_unref(session);
	raw_close(above);
	raw_close(own);
	return done_testing();
}
