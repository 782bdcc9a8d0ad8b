/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A link is created first, last, before or after another link, selected in any way that selects an
 * entry, and its program runs at that position.
 */
#include "trace.h"

#include <stdio.h>

static struct scratch cgroup;
static cgswap_chain *chain;
static int link_fd[TRACE_PROGRAMS + 1];
static unsigned long held;

static const char *by_link(int link)
{
	static char selector[32];

	snprintf(selector, sizeof(selector), "link:%u", raw_link_id(link));
	return selector;
}

static void put(unsigned digit, struct cgswap_attach_opts opts, unsigned long then,
		const char *name)
{
	opts.sz = sizeof(opts);
	opts.link = 1;
	opts.link_fd = &link_fd[digit];
	trace_placed(trace_attach(chain, digit, &opts), name);
	if (trace.has_order)
		held = then;
	is_int(link_fd[digit] >= 0, trace.has_order, "there is a descriptor if it succeeded");
	trace_holds(&cgroup, held, name);
	trace_ran(&cgroup, held, name);
}

int main(void)
{
	trace_open();
	cgroup = scratch_new("order");
	chain = trace_chain(&cgroup);
	link_fd[1] = trace_link(chain, 1, "a link");
	link_fd[2] = trace_link(chain, 2, "another link after it");
	held = 12;
	put(3, (struct cgswap_attach_opts){ .before = by_id(trace.prog[1]) }, 312, "before the first");
	put(4, (struct cgswap_attach_opts){ .after = by_link(link_fd[1]) }, 3142, "after link:N");
	put(5, (struct cgswap_attach_opts){ .before = by_link(link_fd[2]) }, 31452,
	    "before link:N");
	put(6, (struct cgswap_attach_opts){ .position = CGSWAP_POSITION_FIRST }, 631452, "first");
	link_fd[7] = trace_link(chain, 7, "last");
	held = held * 10 + 7;
	trace_holds(&cgroup, held, "all entries");
	expect_ok(cgswap_chain_detach(chain, by_link(link_fd[1]), NULL), "one link is detached");
	trace_ran(&cgroup, trace.has_order ? 634527 : 27, "the others stay in order");
	for (unsigned digit = 1; digit <= 7; digit++)
		if (link_fd[digit] > 0)
			raw_close(link_fd[digit]);
	cgswap_chain_unref(chain);
	trace_close();
	return done_testing();
}
