/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program in override mode speaks for the cgroups below until one of them has its own; one in
 * none mode speaks for all of them, and lets none of them attach. A chain keeps the mode of its
 * first program until it is empty.
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
	expect_ok(attach_no(above, CGSWAP_MODE_OVERRIDE), "the parent forbids");
	trace_stopped(&child, "it speaks for the child");
	expect_ok(attach_one(below, CGSWAP_MODE_OVERRIDE), "the child allows");
	trace_ran(&child, 1, "the child's word counts");
	expect_ok(cgswap_chain_detach(below, by_id(trace.prog[1]), NULL), "and is taken back");
	trace_stopped(&child, "the parent's counts again");
	expect_ok(attach_one(below, CGSWAP_MODE_OVERRIDE), "the child allows once more");
	expect_ok(cgswap_chain_detach(above, by_id(trace.no), NULL), "the parent says nothing");
	trace_ran(&child, 1, "the child allows");
	expect_ok(attach_one(below, CGSWAP_MODE_OVERRIDE), "the same again over itself");
	EXPECT_CAUSE(attach_one(below, CGSWAP_MODE_NONE), OWN_MODE_CONFLICT, "in another mode");
	expect_ok(cgswap_chain_detach(below, by_id(trace.prog[1]), NULL), "the child says nothing");
	EXPECT_CAUSE(cgswap_chain_detach(below, by_id(trace.prog[1]), NULL), CHAIN_EMPTY,
		     "there is nothing to be taken back twice");
}

static void none(void)
{
	expect_ok(attach_one(above, CGSWAP_MODE_NONE), "the parent allows, in none mode");
	EXPECT_CAUSE(attach_no(below, CGSWAP_MODE_NONE), ANCESTOR_EXCLUSIVE, "the child in none");
	EXPECT_CAUSE(attach_no(below, CGSWAP_MODE_OVERRIDE), ANCESTOR_EXCLUSIVE,
		     "the child in override");
	EXPECT_CAUSE(attach_no(below, CGSWAP_MODE_MULTI), ANCESTOR_EXCLUSIVE, "the child in multi");
	EXPECT_CAUSE(attach_no(above, CGSWAP_MODE_OVERRIDE), OWN_MODE_CONFLICT,
		     "the parent in another mode");
	trace_ran(&child, 1, "the parent's runs for the child");
	expect_ok(attach_no(above, CGSWAP_MODE_NONE), "the parent forbids, over its own");
	is_int(chain_now(parent.fd, EGRESS).count, 1, "one program, not two");
	trace_stopped(&child, "and for the child");
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
