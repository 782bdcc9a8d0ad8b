/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The preorder entries of a parent run first, then those of the child, then the child's other entries,
 * then the parent's other entries. The same is true for links, and a swap keeps this order.
 */
#include "trace.h"

static struct scratch parent, child;
static cgswap_chain *above, *below;
static int link_fd[TRACE_PROGRAMS + 1];

static enum cgswap_status put(cgswap_chain *chain, unsigned digit, bool preorder, bool linked)
{
	link_fd[digit] = -1;
	return trace_attach(chain, digit,
			  OPTS(.preorder = preorder ? CGSWAP_PREORDER_YES : CGSWAP_PREORDER_DEFAULT,
			       .link = linked, .link_fd = linked ? &link_fd[digit] : NULL));
}

static void let_go(cgswap_chain *chain, unsigned digit)
{
	expect_ok(cgswap_chain_detach(chain, by_id(trace.prog[digit]), NULL), "%u is detached", digit);
	if (link_fd[digit] >= 0)
		raw_close(link_fd[digit]);
}

static void some(bool linked, const char *name)
{
	expect_ok(put(below, 1, false, linked), "child: 1");
	expect_ok(put(below, 2, true, linked), "child: 2, preorder");
	expect_ok(put(above, 3, false, linked), "parent: 3");
	expect_ok(put(above, 4, true, linked), "parent: 4, preorder");
	trace_effective(&child, 4213, name);
	trace_ran(&child, 4213, name);
	trace_ran(&parent, 43, name);
	expect_ok(swap(trace.session, above, by_id(trace.prog[4]), trace.program[5]), "4 becomes 5");
	expect_ok(swap(trace.session, below, by_id(trace.prog[2]), trace.program[6]), "2 becomes 6");
	expect_ok(swap(trace.session, below, by_id(trace.prog[1]), trace.program[7]), "1 becomes 7");
	trace_effective(&child, 5673, "the effective order is the same");
	trace_ran(&child, 5673, "the programs run in the same order");
	trace_holds(&parent, 35, "the parent's list");
	trace_holds(&child, 76, "the child's list");
	link_fd[5] = link_fd[4];
	link_fd[6] = link_fd[2];
	link_fd[7] = link_fd[1];
	let_go(above, 5);
	let_go(above, 3);
	let_go(below, 6);
	let_go(below, 7);
}

static void all(bool linked, const char *name)
{
	expect_ok(put(below, 1, true, linked), "child: 1, preorder");
	expect_ok(put(below, 2, true, linked), "child: 2, preorder");
	expect_ok(put(above, 3, true, linked), "parent: 3, preorder");
	expect_ok(put(above, 4, true, linked), "parent: 4, preorder");
	trace_ran(&child, 3412, name);
	for (unsigned digit = 1; digit <= 4; digit++)
		let_go(digit <= 2 ? below : above, digit);
}

static void not_here(void)
{
	EXPECT_CAUSE(put(below, 1, true, false), KERNEL_LACKS_FEATURE, "a preorder program");
	EXPECT_CAUSE(put(below, 1, true, true), KERNEL_LACKS_FEATURE, "a preorder link");
	trace_holds(&child, 0, "nothing was attached instead");
}

int main(void)
{
	trace_open();
	parent = scratch_new("parent");
	child = scratch_child(&parent, "child");
	above = trace_chain(&parent);
	below = trace_chain(&child);
	if (trace.has_preorder) {
		some(false, "programs, some preorder");
		all(false, "programs, all preorder");
		some(true, "links, some preorder");
		all(true, "links, all preorder");
	} else {
		not_here();
	}
	cgswap_chain_unref(below);
	cgswap_chain_unref(above);
	trace_close();
	return done_testing();
}
