/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program in override mode also runs for the cgroups below until they have their own; one in none mode
 * runs for all of them, and prevents them from attaching. A chain keeps the mode of its first program
 * until it is empty.
 */
#include "trace.h"

static struct scratch parent, child;
static cgswap_chain *above, *below;

static enum cgswap_status attach_no(cgswap_chain *chain, enum cgswap_mode mode)
{
	return cgswap_chain_attach(chain, trace.no_program, OPTS(.mode = mode));
}

static enum cgswap_status attach_one(cgswap_chain *chain, enum cgswap_mode mode)
{
	return trace_attach(chain, 1, OPTS(.mode = mode));
}

static void override(void)
{
	expect_ok(attach_no(above, CGSWAP_MODE_OVERRIDE), "the parent attaches a program that drops");
	trace_stopped(&child, "it runs for the child");
	expect_ok(attach_one(below, CGSWAP_MODE_OVERRIDE), "the child attaches a program that passes");
	trace_ran(&child, 1, "the child's program runs");
	expect_ok(cgswap_chain_detach(below, by_id(trace.prog[1]), NULL), "the child's program is detached");
	trace_stopped(&child, "the parent's program runs again");
	expect_ok(attach_one(below, CGSWAP_MODE_OVERRIDE), "the child attaches again");
	expect_ok(cgswap_chain_detach(above, by_id(trace.no), NULL), "the parent's program is detached");
	trace_ran(&child, 1, "the child's program runs");
	expect_ok(attach_one(below, CGSWAP_MODE_OVERRIDE), "the child attaches the same program over itself");
	EXPECT_CAUSE(attach_one(below, CGSWAP_MODE_NONE), OWN_MODE_CONFLICT, "attaching in another mode");
	expect_ok(cgswap_chain_detach(below, by_id(trace.prog[1]), NULL), "the child's program is detached");
	EXPECT_CAUSE(cgswap_chain_detach(below, by_id(trace.prog[1]), NULL), CHAIN_EMPTY,
		     "a second detach");
}

static void none(void)
{
	expect_ok(attach_one(above, CGSWAP_MODE_NONE), "the parent attaches a program that passes, in none mode");
	EXPECT_CAUSE(attach_no(below, CGSWAP_MODE_NONE), ANCESTOR_EXCLUSIVE, "the child attaches in none mode");
	EXPECT_CAUSE(attach_no(below, CGSWAP_MODE_OVERRIDE), ANCESTOR_EXCLUSIVE,
		     "the child attaches in override mode");
	EXPECT_CAUSE(attach_no(below, CGSWAP_MODE_MULTI), ANCESTOR_EXCLUSIVE, "the child attaches in multi mode");
	EXPECT_CAUSE(attach_no(above, CGSWAP_MODE_OVERRIDE), OWN_MODE_CONFLICT,
		     "the parent attaches in another mode");
	trace_ran(&child, 1, "the parent's program runs for the child");
	expect_ok(attach_no(above, CGSWAP_MODE_NONE), "the parent attaches one that drops, over its own");
	is_int(chain_now(parent.fd, EGRESS).count, 1, "the chain has one program");
	trace_stopped(&child, "it runs for the child");
}

int main(void)
{
	trace_open();
	parent = scratch_new("parent");
	child = scratch_child(&parent, "child");
	above = trace_chain(&parent);
	below = trace_chain(&child);
	override();
	none();
	cgswap_chain_unref(below);
	cgswap_chain_unref(above);
	trace_close();
	return done_testing();
}
