/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Four nested cgroups with a link each: a packet from the innermost cgroup runs all four programs, its
 * own first. The effective list has four programs, each cgroup's own list has one, in multi mode.
 * Closing a link detaches its program, and a new link attaches one again.
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
		ok(link_fd[i] >= 0 && raw_ends_on_exec(link_fd[i]), "its descriptor is close-on-exec");
	}
	trace_ran(&level[LEVELS - 1], 4321, "all programs ran, from the innermost cgroup up");
}

static void what_is_told(void)
{
	cgswap_chain *last = chain[LEVELS - 1];

	expect_ok(cgswap_chain_read_effective(last), "the effective list is read");
	is_int(cgswap_chain_get_effective_length(last), LEVELS, "it has one program of each cgroup");
	for (int i = 0; i < LEVELS; i++)
		is_int(cgswap_chain_get_effective_id(last, i), raw_prog_id(trace.prog[LEVELS - i]),
		       "program %d of the effective list", i);
	expect_ok(cgswap_chain_read(last), "the innermost cgroup's own list is read");
	expect_ok(cgswap_chain_describe(last, CGSWAP_DESCRIBE_LINKS), "its links are described");
	is_int(cgswap_chain_get_length(last), 1, "it has one program");
	is_int(cgswap_chain_get_mode(last), CGSWAP_MODE_MULTI, "it is in multi mode");
	is_int(cgswap_entry_get_link_id(cgswap_chain_get_entry(last, 0)),
	       raw_link_id(link_fd[LEVELS - 1]), "the entry has the link's id");
}

static void off_and_on(void)
{
	chain_close_link(link_fd[LEVELS - 1], level[LEVELS - 1].fd, EGRESS);
	trace_ran(&level[LEVELS - 1], 321, "without the innermost link three programs ran");
	link_fd[LEVELS - 1] = trace_link(chain[LEVELS - 1], 5, "another link");
	trace_ran(&level[LEVELS - 1], 5321, "four programs ran again");
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
