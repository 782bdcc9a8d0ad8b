/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Detaching a link's entry leaves the link itself: it can be queried, detached once more without
 * effect, and not be updated. A link needs no open descriptor of its cgroup, only its own.
 */
#include "trace.h"

#include <stdio.h>

static struct scratch cgroup;

static void nothing_of_ours_is_needed(void)
{
	cgswap_chain *chain = trace_chain(&cgroup);
	int link = trace_link(chain, 1, "a link");

	cgswap_chain_unref(chain);
	trace_ran(&cgroup, 1, "the program runs when the chain is closed");
	chain_close_link(link, cgroup.fd, EGRESS);
	trace_holds(&cgroup, 0, "and is detached with the link's last descriptor");
}

static void detached(void)
{
	cgswap_chain *chain = trace_chain(&cgroup);
	int link = trace_link(chain, 2, "a link");
	cgswap_replace *replace;
	uint32_t id = raw_link_id(link);
	char selector[32];

	snprintf(selector, sizeof(selector), "link:%u", id);
	expect_ok(trace_attach(chain, 3, NULL), "a plain program");
	cgswap_replace_new(&replace, trace.session, NULL);
	expect_ok(cgswap_replace_add(replace, chain, selector, trace.program[4], NULL), "a step");
	expect_ok(cgswap_chain_detach(chain, selector, NULL), "the link is detached");
	trace_holds(&cgroup, 3, "its program is detached, the other stays");
	is_int(raw_link_id(link), id, "the link still exists");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LINK_DETACHED, "the link takes no program");
	trace_holds(&cgroup, 3, "nothing changed");
	EXPECT_CAUSE(cgswap_chain_detach(chain, selector, NULL), LINK_DETACHED,
		     "the link is not attached any more");
	EXPECT_CAUSE(swap(trace.session, chain, selector, trace.program[4]), LINK_DETACHED,
		     "it cannot be updated");
	cgswap_replace_unref(replace);
	raw_close(link);
	expect_ok(cgswap_chain_detach(chain, "pos:0", NULL), "the plain program is detached");
	cgswap_chain_unref(chain);
}

int main(void)
{
	trace_open();
	cgroup = scratch_new("detached");
	nothing_of_ours_is_needed();
	detached();
	trace_close();
	return done_testing();
}
