/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Four nested cgroups with a link each: all four programs run for a packet from the innermost, its
 * own first; the effective list has four, each cgroup's own has one, in multi mode. Letting go of a
 * link takes its program off, and a new link brings it back.
 */
#include "trace.h"

enum { LEVELS = 4 };

static struct scratch level[LEVELS];
static cgswap_chain *chain[LEVELS];
static int link_fd[LEVELS];

static void one_each(void)
{
	for (int i = 0; i < LEVELS; i++) {
		chain[i] = trace_chain(&level[i]);
		link_fd[i] = trace_link(chain[i], i + 1, "a link");
		ok(link_fd[i] >= 0 && raw_ends_on_exec(link_fd[i]), "its descriptor is ours");
	}
	trace_ran(&level[LEVELS - 1], 4321, "all ran, from the inside outwards");
}

static void what_is_told(void)
{
	cgswap_chain *last = chain[LEVELS - 1];

	expect_ok(cgswap_chain_read_effective(last), "the effective list");
	is_int(cgswap_chain_get_effective_length(last), LEVELS, "has one of each cgroup");
	for (int i = 0; i < LEVELS; i++)
		is_int(cgswap_chain_get_effective_id(last, i), raw_prog_id(trace.prog[LEVELS - i]),
		       "program %d of it", i);
	expect_ok(cgswap_chain_read(last), "the innermost's own list");
	expect_ok(cgswap_chain_describe(last, CGSWAP_DESCRIBE_LINKS), "with its links");
	is_int(cgswap_chain_get_length(last), 1, "has one program");
	is_int(cgswap_chain_get_mode(last), CGSWAP_MODE_MULTI, "in multi mode");
	is_int(cgswap_entry_get_link_id(cgswap_chain_get_entry(last, 0)),
	       raw_link_id(link_fd[LEVELS - 1]), "which the link holds");
}

static void off_and_on(void)
{
	chain_close_link(link_fd[LEVELS - 1], level[LEVELS - 1].fd, EGRESS);
	trace_ran(&level[LEVELS - 1], 321, "without the innermost link three ran");
	link_fd[LEVELS - 1] = trace_link(chain[LEVELS - 1], 5, "another link");
	trace_ran(&level[LEVELS - 1], 5321, "and four again");
}

int main(void)
{
	trace_open();
	scratch_nest(level, LEVELS);
	one_each();
	what_is_told();
	off_and_on();
	for (int i = 0; i < LEVELS; i++) {
		cgswap_chain_unref(chain[i]);
		raw_close(link_fd[i]);
	}
	trace_close();
	return done_testing();
}
