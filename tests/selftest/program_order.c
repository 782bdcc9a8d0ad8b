/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program is attached first, last, before or after another one, and runs at that position; all others
 * stay in order, also when some are detached. A kernel without ordering would need others to be
 * detached and attached again, so there the attach fails.
 */
#include "trace.h"

static struct scratch cgroup;
static cgswap_chain *chain;
static unsigned long held;

static void is_held(const char *name)
{
	trace_holds(&cgroup, held, name);
	trace_ran(&cgroup, held, name);
}

static void put(unsigned digit, const struct cgswap_attach_opts *opts, unsigned long then,
		const char *name)
{
	struct cgswap_attach_opts dry = *opts;
	struct raw_chain before = chain_now(cgroup.fd, EGRESS);

	dry.dry_run = 1;
	trace_placed(trace_attach(chain, digit, &dry), name);
	chain_untouched(cgroup.fd, EGRESS, &before, "a dry run");
	trace_placed(trace_attach(chain, digit, opts), name);
	if (trace.has_order)
		held = then;
	is_held(name);
}

static void take(unsigned digit, unsigned long then)
{
	if (!trace.has_order)
		return;
	expect_ok(cgswap_chain_detach(chain, by_id(trace.prog[digit]), NULL), "%u is detached", digit);
	held = then;
	is_held("the others stay in order");
}

int main(void)
{
	trace_open();
	cgroup = scratch_new("order");
	chain = trace_chain(&cgroup);
	expect_ok(trace_attach(chain, 1, OPTS(.position = CGSWAP_POSITION_FIRST)),
		  "first in an empty chain");
	expect_ok(trace_attach(chain, 2, OPTS(.position = CGSWAP_POSITION_LAST)), "last");
	expect_ok(trace_attach(chain, 3, NULL), "last by default");
	held = 123;
	is_held("each at the end");
	put(4, OPTS(.before = by_id(trace.prog[1])), 4123, "before the first");
	put(5, OPTS(.after = "name:digit_1"), 41523, "after an entry that has another one after it");
	put(6, OPTS(.before = by_fd(trace.prog[3])), 415263, "before the last entry");
	put(7, OPTS(.position = CGSWAP_POSITION_FIRST), 7415263, "first");
	put(8, OPTS(.before = "pos:1"), 78415263, "before a position");
	if (trace.has_order)
		put(9, OPTS(.after = by_id(trace.prog[3])), 784152639, "after the last entry");
	take(7, 84152639);
	take(5, 8412639);
	take(9, 841263);
	cgswap_chain_unref(chain);
	trace_close();
	return done_testing();
}
