/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Positions that conflict, or have an anchor that is not in the chain, fail with different causes and
 * change nothing. A program that is already attached is not attached a second time at any position.
 */
#include "trace.h"


static struct scratch cgroup, other;
static cgswap_chain *chain;

static void contradictions(void)
{
	const char *one = by_id(trace.prog[1]), *two = by_id(trace.prog[2]);

	EXPECT_CAUSE(trace_attach(chain, 5, OPTS(.before = one, .after = two)), POSITION_CONFLICT,
		     "before one entry and after another");
	EXPECT_CAUSE(trace_attach(chain, 5, OPTS(.before = one, .position = CGSWAP_POSITION_FIRST)),
		     POSITION_CONFLICT, "before an entry and first");
	EXPECT_CAUSE(trace_attach(chain, 5, OPTS(.after = one, .position = CGSWAP_POSITION_LAST)),
		     POSITION_CONFLICT, "after an entry and last");
}

static void neighbours_that_are_none(void)
{
	enum cgswap_status status;

	EXPECT_CAUSE(trace_attach(chain, 5, OPTS(.before = by_id(trace.prog[9]))), ANCHOR_NOT_ATTACHED,
		     "a program of another cgroup");
	EXPECT_CAUSE(trace_attach(chain, 5, OPTS(.after = by_id(trace.prog[5]))), ANCHOR_NOT_ATTACHED,
		     "the program itself");
	EXPECT_CAUSE(trace_attach(chain, 5, OPTS(.before = "name:absent")), ANCHOR_NOT_ATTACHED,
		     "a name that is not attached");
	EXPECT_CAUSE(trace_attach(chain, 5, OPTS(.before = "pos:7")), ANCHOR_NOT_ATTACHED,
		     "a position past the end");
	status = trace_attach(chain, 5, OPTS(.before = "id:many"));
	expect_refusal(status, CGSWAP_CAUSE_BAD_ARGUMENT, NULL, "an empty selector");
}

static void twice(void)
{
	EXPECT_CAUSE(trace_attach(chain, 2, NULL), ALREADY_ATTACHED, "at the end");
	if (trace.has_order)
		EXPECT_CAUSE(trace_attach(chain, 2, OPTS(.before = by_id(trace.prog[1]))),
			     ALREADY_ATTACHED, "before another entry");
}

/* A preorder entry and a normal one cannot be anchors of each other. */
static void the_other_order(void)
{
	struct raw_chain before;

	if (!trace.has_preorder) {
		EXPECT_CAUSE(trace_attach(chain, 4, OPTS(.preorder = CGSWAP_PREORDER_YES)),
			     KERNEL_LACKS_FEATURE, "preorder");
		return;
	}
	expect_ok(trace_attach(chain, 4, OPTS(.preorder = CGSWAP_PREORDER_YES)), "a preorder entry");
	if (!trace.has_order)
		return;
	before = chain_now(cgroup.fd, EGRESS);
	EXPECT_CAUSE(trace_attach(chain, 5, OPTS(.before = by_id(trace.prog[4]))),
		     ANCHOR_KIND_MISMATCH, "a normal one before it");
	EXPECT_CAUSE(trace_attach(chain, 5, OPTS(.before = by_id(trace.prog[1]),
					       .preorder = CGSWAP_PREORDER_YES)),
		     ANCHOR_KIND_MISMATCH, "a preorder one before a normal one");
	chain_untouched(cgroup.fd, EGRESS, &before, "both");
}

int main(void)
{
	struct raw_chain before;
	cgswap_chain *elsewhere;

	trace_open();
	cgroup = scratch_new("here");
	other = scratch_new("there");
	chain = trace_chain(&cgroup);
	elsewhere = trace_chain(&other);
	expect_ok(trace_attach(elsewhere, 9, NULL), "a program in another cgroup");
	for (int i = 1; i <= 3; i++)
		expect_ok(trace_attach(chain, i, NULL), "program %d", i);
	before = chain_now(cgroup.fd, EGRESS);
	contradictions();
	neighbours_that_are_none();
	twice();
	chain_untouched(cgroup.fd, EGRESS, &before, "after all errors");
	the_other_order();
	cgswap_chain_unref(elsewhere);
	cgswap_chain_unref(chain);
	trace_close();
	return done_testing();
}
