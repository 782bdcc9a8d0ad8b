/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A link's program is replaced at its position, also when all links along a path but the first are
 * updated. The update fails if the program to replace is not the link's any more.
 */
#include "trace.h"

#include <stdio.h>

enum { LEVELS = 3 };

static struct scratch level[LEVELS];
static cgswap_chain *chain[LEVELS];
static int link_fd[LEVELS];

static const char *by_link(int link)
{
	static char selector[32];

	snprintf(selector, sizeof(selector), "link:%u", raw_link_id(link));
	return selector;
}

static void all_but_the_first(void)
{
	for (int i = 1; i < LEVELS; i++)
		expect_ok(swap(trace.session, chain[i], by_id(trace.prog[i + 1]),
			       trace.program[i + 5]), "the link of cgroup %d", i + 1);
	trace_ran(&level[LEVELS - 1], 761, "the new programs run at the old ones' positions");
	trace_effective(&level[LEVELS - 1], 761, "the new programs are effective in this order");
}

static void in_the_middle_of_a_list(void)
{
	struct raw_chain before, now;

	expect_ok(trace_attach(chain[1], 4, NULL), "a plain program after the link");
	before = chain_now(level[1].fd, EGRESS);
	expect_ok(swap(trace.session, chain[1], by_link(link_fd[1]), trace.program[2]), "by link:N");
	trace_holds(&level[1], 24, "the position is the same");
	now = chain_now(level[1].fd, EGRESS);
	is_int(now.revision, before.revision + trace.has_revision, "the revision grew by one");
	expect_ok(swap(trace.session, chain[1], "name:digit_4", trace.program[5]),
		  "the plain program beside it");
	trace_holds(&level[1], 25, "each is replaced in its own way");
}

/* Another writer updates the link between a step and its commit. */
static void only_if_it_is_still_there(void)
{
	struct raw_chain before;
	cgswap_replace *replace;

	cgswap_replace_new(&replace, trace.session, NULL);
	expect_ok(cgswap_replace_add(replace, chain[0], by_id(trace.prog[1]), trace.program[3], NULL),
		  "a step is added");
	raw_link_update(link_fd[0], trace.prog[8]);
	before = chain_now(level[0].fd, EGRESS);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LOST_RACE, "the link has another program now");
	chain_untouched(level[0].fd, EGRESS, &before, "after the error");
	raw_link_update(link_fd[0], trace.prog[1]);
	expect_ok(cgswap_replace_commit(replace, NULL), "the expected program is there again");
	trace_holds(&level[0], 3, "the link is updated");
	expect_ok(cgswap_replace_rollback(replace), "the rollback succeeds");
	trace_holds(&level[0], 1, "the old one is back");
	cgswap_replace_unref(replace);
}

int main(void)
{
	trace_open();
	scratch_nest(level, LEVELS);
	for (int i = 0; i < LEVELS; i++) {
		chain[i] = trace_chain(&level[i]);
		link_fd[i] = trace_link(chain[i], i + 1, "a link");
	}
	all_but_the_first();
	in_the_middle_of_a_list();
	only_if_it_is_still_there();
	for (int i = 0; i < LEVELS; i++) {
		cgswap_chain_unref(chain[i]);
		raw_close(link_fd[i]);
	}
	trace_close();
	return done_testing();
}
