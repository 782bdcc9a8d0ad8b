/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links and plain programs share a chain, and are attached and detached independently. A link is
 * always in multi mode: it cannot be attached to a chain in none or override mode, and beside a link
 * no program can be attached in those modes.
 */
#include "trace.h"

static struct scratch parent, child;
static cgswap_chain *chain;

static void mixed(void)
{
	int link = trace_link(chain, 1, "a link");

	expect_ok(trace_attach(chain, 2, NULL), "a plain program beside it");
	trace_holds(&child, 12, "both are attached");
	trace_ran(&child, 129, "both ran, and the parent's program");
	expect_ok(cgswap_chain_detach(chain, by_id(trace.prog[1]), NULL), "the link's entry is detached");
	trace_holds(&child, 2, "the plain program stays");
	expect_ok(trace_attach(chain, 3, OPTS(.link = 1, .link_fd = &(int){ -1 }, .dry_run = 1)),
		  "a dry run of another link");
	trace_holds(&child, 2, "it changes nothing");
	raw_close(link);
	link = trace_link(chain, 3, "another link");
	expect_ok(cgswap_chain_detach(chain, by_id(trace.prog[2]), NULL), "the plain program is detached");
	trace_ran(&child, 39, "the link's program ran");
	chain_close_link(link, child.fd, EGRESS);
	trace_holds(&child, 0, "the chain is empty");
}

static void no_link_where_one_stands_alone(enum cgswap_mode mode, const char *name)
{
	int link = -1;

	expect_ok(trace_attach(chain, 1, OPTS(.mode = mode)), "%s", name);
	EXPECT_CAUSE(trace_attach(chain, 2, OPTS(.link = 1, .link_fd = &link)), OWN_MODE_CONFLICT,
		     "%s: a link is not attached", name);
	expect_message("multi mode was requested");
	is_int(link, -1, "no descriptor is returned");
	EXPECT_CAUSE(trace_attach(chain, 2, NULL), OWN_MODE_CONFLICT, "%s: a program in multi mode is not attached", name);
	trace_holds(&child, 1, name);
	expect_ok(cgswap_chain_detach(chain, by_id(trace.prog[1]), NULL), "the program is detached");
	link = trace_link(chain, 2, "now the link is attached");
	EXPECT_CAUSE(trace_attach(chain, 1, OPTS(.mode = mode)), OWN_MODE_CONFLICT,
		     "%s: then a program in this mode is not attached", name);
	trace_ran(&child, 29, "the link's program ran");
	chain_close_link(link, child.fd, EGRESS);
}

int main(void)
{
	cgswap_chain *above;

	trace_open();
	parent = scratch_new("parent");
	child = scratch_child(&parent, "child");
	above = trace_chain(&parent);
	chain = trace_chain(&child);
	expect_ok(trace_attach(above, 9, NULL), "the parent has a program");
	mixed();
	no_link_where_one_stands_alone(CGSWAP_MODE_NONE, "in none mode");
	no_link_where_one_stands_alone(CGSWAP_MODE_OVERRIDE, "in override mode");
	cgswap_chain_unref(chain);
	cgswap_chain_unref(above);
	trace_close();
	return done_testing();
}
