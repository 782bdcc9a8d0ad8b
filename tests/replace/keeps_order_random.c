/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After each of a thousand replaces in random chains of a parent and a child, with preorder
 * entries, links and plain programs and with all kinds of selectors, both chains and both effective
 * orders are the same except for the new program. The random numbers are seeded (an argument is the
 * first seed), so that a failure can be repeated.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/order.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXTURES = 50, REPLACES = 20, LEVELS = 2, ENTRIES_MAX = 7, FIRST_SEED = 5000 };

static cgswap_session *session;
static struct scratch levels[LEVELS];
static struct order_list lists[LEVELS];
static int links[LEVELS][ENTRIES_MAX]; /* -1: a plain entry */
static cgswap_chain *chains[LEVELS];
static unsigned kinds[4], plain_ones, linked_ones;
static bool has_preorder, link_has_preorder;
static uint32_t random_state;

static uint32_t random_below(uint32_t sides)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % sides;
}

static void build_entry(int where)
{
	int prog = prog_pass(EGRESS, "mixed"), result;
	bool linked = random_below(2),
	     preorder = random_below(2) && (linked ? link_has_preorder : has_preorder);
	uint32_t flags = preorder ? RAW_PREORDER : 0;

	if (linked)
		result = raw_link_create(levels[where].fd, prog, EGRESS, flags);
	else
		result = raw_attach(levels[where].fd, prog, EGRESS, RAW_MULTI | flags);
	if (result < 0)
		bail_out("cannot attach: %s", strerror(errno));
	links[where][lists[where].count] = linked ? result : -1;
	kinds[2 * linked + preorder]++;
	order_append(&lists[where], raw_prog_id(prog), preorder);
	raw_close(prog);
}

static void build(uint32_t seed)
{
	random_state = seed;
	scratch_nest(levels, LEVELS);
	for (int where = 0; where < LEVELS; where++) {
		lists[where].count = 0;
		for (size_t n = 1 + random_below(ENTRIES_MAX); n > 0; n--)
			build_entry(where);
		chains[where] = live_chain(session, levels[where].path, "egress");
	}
}

static void tear_down(void)
{
	for (int where = LEVELS; where-- > 0;) {
		cgswap_chain_unref(chains[where]);
		for (size_t i = 0; i < lists[where].count; i++)
			if (links[where][i] >= 0)
				raw_close(links[where][i]);
		scratch_remove(&levels[where]);
		raw_close(levels[where].fd);
	}
}

static bool as_expected(void)
{
	return order_holds(levels[0].fd, EGRESS, &lists[0]) &&
	       order_holds(levels[1].fd, EGRESS, &lists[1]) &&
	       order_effective_holds(levels[0].fd, EGRESS, lists, 1) &&
	       order_effective_holds(levels[1].fd, EGRESS, lists, 2);
}

static void name_entry(char *selector, size_t size, int where, size_t position)
{
	int link = links[where][position];

	switch (random_below(3)) {
	case 0:
		snprintf(selector, size, "pos:%zu", position);
		return;
	case 1:
		if (link >= 0) {
			snprintf(selector, size, "link:%u", raw_link_id(link));
			return;
		}
		/* fall through */
	default:
		snprintf(selector, size, "id:%u", lists[where].ids[position]);
	}
}

static bool play(void)
{
	int where = random_below(LEVELS), prog = prog_pass(EGRESS, "new");
	size_t position = random_below(lists[where].count);
	cgswap_program *program = live_program(session, prog);
	char selector[32];
	bool good;

	name_entry(selector, sizeof(selector), where, position);
	good = !swap(session, chains[where], selector, program);
	lists[where].ids[position] = raw_prog_id(prog);
	if (!good)
		diag("%s in level %d: %s", selector, where,
		     cgswap_error_get_message(cgswap_last_error()));
	good = good && as_expected();
	*(links[where][position] >= 0 ? &linked_ones : &plain_ones) += good;
	cgswap_program_unref(program);
	raw_close(prog);
	return good;
}

int main(int argc, char **argv)
{
	uint32_t first = argc > 1 ? strtoul(argv[1], NULL, 10) : FIRST_SEED;

	need_live();
	has_preorder = kernel_knows_flags(RAW_PREORDER);
	link_has_preorder = has_preorder && kernel_knows_flags(RAW_BEFORE);
	scratch_bystander(EGRESS);
	session = live_session();
	for (uint32_t seed = first; seed < first + FIXTURES; seed++) {
		int good = 0;

		build(seed);
		if (!as_expected())
			bail_out("the expected order is wrong before any replace");
		while (good < REPLACES && play())
			good++;
		is_int(good, REPLACES, "seed %u: a parent of %zu, a child of %zu", seed,
		       lists[0].count, lists[1].count);
		tear_down();
	}
	diag("%u plain, %u plain preorder, %u links, %u preorder links", kinds[0], kinds[1],
	     kinds[2], kinds[3]);
	is_int(plain_ones + linked_ones, FIXTURES * REPLACES, "%u replaces, %u of them of links",
	       plain_ones + linked_ones, linked_ones);
	cgswap_session_unref(session);
	return done_testing();
}
