/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program in a link is swapped: its place stays, also when all of a path's links but the first
 * are swapped, and it is a swap only if the program is still there that was to be replaced.
 */
#include "fixture.h"

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
		expect_ok(swap(lab.session, chain[i], by_id(lab.prog[i + 1]),
			       lab.program[i + 5]), "the link of cgroup %d", i + 1);
	lab_ran(&level[LEVELS - 1], 761, "the new ones ran in the old ones' places");
	lab_effective(&level[LEVELS - 1], 761, "and are effective in this order");
}

static void in_the_middle_of_a_list(void)
{
	struct raw_chain before, now;

	expect_ok(lab_attach(chain[1], 4, NULL), "a plain one behind the link");
	before = chain_now(level[1].fd, EGRESS);
	expect_ok(swap(lab.session, chain[1], by_link(link_fd[1]), lab.program[2]), "by link:N");
	lab_holds(&level[1], 24, "the place is kept");
	now = chain_now(level[1].fd, EGRESS);
	is_int(now.revision, before.revision + lab.has_revision, "by one change");
	expect_ok(swap(lab.session, chain[1], "name:digit_4", lab.program[5]),
		  "the plain one beside it");
	lab_holds(&level[1], 25, "both are replaced in their own way");
}

/* Another writer updates the link between a step and its commit. */
static void only_if_it_is_still_there(void)
{
	struct raw_chain before;
	cgswap_replace *replace;

	cgswap_replace_new(&replace, lab.session, NULL);
	expect_ok(cgswap_replace_add(replace, chain[0], by_id(lab.prog[1]), lab.program[3], NULL),
		  "a step is bound");
	raw_link_update(link_fd[0], lab.prog[8]);
	before = chain_now(level[0].fd, EGRESS);
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), LOST_RACE, "another one is there now");
	chain_untouched(level[0].fd, EGRESS, &before, "after it was refused");
	raw_link_update(link_fd[0], lab.prog[1]);
	expect_ok(cgswap_replace_commit(replace, NULL), "it is there again");
	lab_holds(&level[0], 3, "now it was done");
	expect_ok(cgswap_replace_rollback(replace), "and undone");
	lab_holds(&level[0], 1, "the old one is back");
	cgswap_replace_unref(replace);
}

int main(void)
{
	lab_open();
	scratch_nest(level, LEVELS);
	for (int i = 0; i < LEVELS; i++) {
		chain[i] = lab_chain(&level[i]);
		link_fd[i] = lab_link(chain[i], i + 1, "a link");
	}
	all_but_the_first();
	in_the_middle_of_a_list();
	only_if_it_is_still_there();
	for (int i = 0; i < LEVELS; i++) {
		cgswap_chain_unref(chain[i]);
		raw_close(link_fd[i]);
	}
	lab_close();
	return done_testing();
}
