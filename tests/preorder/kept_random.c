/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After each of hundreds of replaces in random chains of a parent and a child, with preorder
 * entries, plain entries and links, both chains and both effective orders are as expected. The
 * random numbers are seeded, so that a failure can be repeated.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/order.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

enum { ROUNDS = 40, SWAPS = 12, LEVELS = 2, ENTRIES_MAX = 6 };

static cgswap_session *session;
static uint32_t random_state;

static uint32_t random_below(uint32_t sides)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % sides;
}

struct fixture_mix {
	struct scratch levels[LEVELS];
	struct order_list lists[LEVELS];
	int links[LEVELS * ENTRIES_MAX];
	size_t link_count;
	cgswap_chain *chains[LEVELS];
};

static void attach_one(struct fixture_mix *mix, int where)
{
	struct order_list *list = &mix->lists[where];
	bool preorder = random_below(2), by_link = !random_below(5);
	uint32_t flags = preorder ? RAW_PREORDER : 0;
	int prog = prog_pass(EGRESS, "mixed"), result;

	if (by_link)
		result = raw_link_create(mix->levels[where].fd, prog, EGRESS, flags);
	else
		result = raw_attach(mix->levels[where].fd, prog, EGRESS, flags | RAW_MULTI);
	if (result < 0)
		bail_out("cannot attach");
	if (by_link)
		mix->links[mix->link_count++] = result;
	order_append(list, raw_prog_id(prog), preorder);
	raw_close(prog);
}

static void build(struct fixture_mix *mix)
{
	*mix = (struct fixture_mix){ .link_count = 0 };
	scratch_nest(mix->levels, LEVELS);
	for (int where = 0; where < LEVELS; where++)
		for (size_t n = 1 + random_below(ENTRIES_MAX); n > 0; n--)
			attach_one(mix, where);
	for (int where = 0; where < LEVELS; where++)
		mix->chains[where] = live_chain(session, mix->levels[where].path, "egress");
}

static void tear_down(struct fixture_mix *mix)
{
	for (size_t i = 0; i < mix->link_count; i++)
		raw_close(mix->links[i]);
	for (int where = LEVELS; where-- > 0;) {
		cgswap_chain_unref(mix->chains[where]);
		scratch_remove(&mix->levels[where]);
		raw_close(mix->levels[where].fd);
	}
}

static bool as_expected(struct fixture_mix *mix)
{
	return order_holds(mix->levels[0].fd, EGRESS, &mix->lists[0]) &&
	       order_holds(mix->levels[1].fd, EGRESS, &mix->lists[1]) &&
	       order_effective_holds(mix->levels[0].fd, EGRESS, mix->lists, 1) &&
	       order_effective_holds(mix->levels[1].fd, EGRESS, mix->lists, 2);
}

/* Does one replace. Returns true if all is as expected. */
static bool play(struct fixture_mix *mix)
{
	int where = random_below(LEVELS);
	size_t position = random_below(mix->lists[where].count);
	int prog = prog_pass(EGRESS, "new");
	cgswap_program *program = live_program(session, prog);
	enum cgswap_status status;
	char selector[32];
	bool good;

	snprintf(selector, sizeof(selector), "id:%u", mix->lists[where].ids[position]);
	status = swap(session, mix->chains[where], selector, program);
	good = !status;
	mix->lists[where].ids[position] = raw_prog_id(prog);
	if (!good)
		diag("%s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_program_unref(program);
	raw_close(prog);
	return as_expected(mix) && good;
}

int main(void)
{
	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	scratch_bystander(EGRESS);
	session = live_session();
	for (uint32_t seed = 1; seed <= ROUNDS; seed++) {
		struct fixture_mix mix;
		int good = 0;

		random_state = seed;
		build(&mix);
		if (!as_expected(&mix))
			bail_out("the expected order is wrong before any replace");
		for (int i = 0; i < SWAPS; i++)
			good += play(&mix);
		is_int(good, SWAPS, "seed %u: parent of %zu, child of %zu", seed,
		       mix.lists[0].count, mix.lists[1].count);
		tear_down(&mix);
	}
	cgswap_session_unref(session);
	return done_testing();
}
