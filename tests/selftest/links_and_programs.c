/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links and plain programs stand in one chain, and come and go without each other. A link is always
 * multi: where a program stands alone, in none or override mode, no link gets in, and where a link
 * stands, no such program.
 */
#include "trace.h"

static struct scratch parent, child;
static cgswap_chain *chain;

static void mixed(void)
{
	int link = trace_link(chain, 1, "a link");

	expect_ok(trace_attach(chain, 2, NULL), "a plain program beside it");
	trace_holds(&child, 12, "both are there");
	trace_ran(&child, 129, "both ran, and the parent's");
	expect_ok(cgswap_chain_detach(chain, by_id(trace.prog[1]), NULL), "the link's is taken off");
	trace_holds(&child, 2, "the plain one stays");
	expect_ok(trace_attach(chain, 3, OPTS(.link = 1, .link_fd = &(int){ -1 }, .dry_run = 1)),
		  "a dry run of another link");
	trace_holds(&child, 2, "changes nothing");
	raw_close(link);
	link = trace_link(chain, 3, "another link");
	expect_ok(cgswap_chain_detach(chain, by_id(trace.prog[2]), NULL), "the plain one goes");
	trace_ran(&child, 39, "the link's ran");
	chain_close_link(link, child.fd, EGRESS);
	trace_holds(&child, 0, "nobody is left");
}

static void no_link_where_one_stands_alone(enum cgswap_mode mode, const char *name)
{
	int link = -1;

	expect_ok(trace_attach(chain, 1, OPTS(.mode = mode)), "%s", name);
	EXPECT_CAUSE(trace_attach(chain, 2, OPTS(.link = 1, .link_fd = &link)), OWN_MODE_CONFLICT,
		     "%s: no link gets in", name);
	expect_message("needs multi mode");
	is_int(link, -1, "there is no descriptor");
	EXPECT_CAUSE(trace_attach(chain, 2, NULL), OWN_MODE_CONFLICT, "%s: nor a multi one", name);
	trace_holds(&child, 1, name);
	expect_ok(cgswap_chain_detach(chain, by_id(trace.prog[1]), NULL), "it goes");
	link = trace_link(chain, 2, "now a link gets in");
	EXPECT_CAUSE(trace_attach(chain, 1, OPTS(.mode = mode)), OWN_MODE_CONFLICT,
		     "%s: and one that would stand alone does not", name);
	trace_ran(&child, 29, "the link's ran");
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
