/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario 9: a swap keeps preorder. Every entry of two nested cgroups, which have one preorder entry
 * and one normal entry each, is swapped in turn, and the effective order stays.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/order.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <unistd.h>

enum { LEVELS = 2, ENTRIES = 2 };

static struct scratch level[LEVELS];
static struct order_list list[LEVELS];
static cgswap_session *session;

static void build(void)
{
	scratch_nest(level, LEVELS);
	for (int i = 0; i < LEVELS * ENTRIES; i++) {
		bool preorder = i % ENTRIES == 0;
		int prog = prog_pass(EGRESS, "old");

		if (raw_attach(level[i / ENTRIES].fd, prog, EGRESS,
			       RAW_MULTI | (preorder ? RAW_PREORDER : 0)))
			bail_out("cannot attach");
		order_append(&list[i / ENTRIES], raw_prog_id(prog), preorder);
		close(prog);
	}
	ok(order_effective_holds(level[1].fd, EGRESS, list, LEVELS), "the order is as built");
}

static void swap_one(int at, size_t place)
{
	cgswap_chain *chain = live_chain(session, level[at].path, "egress");
	int fd = prog_pass(EGRESS, "new");
	cgswap_program *new = live_program(session, fd);
	char selector[32];

	snprintf(selector, sizeof(selector), "pos:%zu", place);
	expect_ok(swap(session, chain, selector, new), "level %d, entry %zu", at, place);
	list[at].ids[place] = raw_prog_id(fd);
	ok(order_holds(level[at].fd, EGRESS, &list[at]), "the new program is at the old one's position");
	ok(order_effective_holds(level[1].fd, EGRESS, list, LEVELS), "the effective order is the same");
	cgswap_program_unref(new);
	cgswap_chain_unref(chain);
	close(fd);
}

/* Entries report preorder where the order shows it. */
static void entries_tell(void)
{
	cgswap_chain *chain = live_chain(session, level[0].path, "egress");
	int fd = prog_pass(EGRESS, "third");
	cgswap_program *third = live_program(session, fd);
	const struct cgswap_attach_opts preorder = {
		.sz = sizeof(preorder),
		.preorder = CGSWAP_PREORDER_YES,
	};

	expect_ok(cgswap_chain_attach(chain, third, &preorder), "a preorder entry after another one");
	expect_ok(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PREORDER), "described");
	is_int(cgswap_entry_get_preorder(cgswap_chain_get_entry(chain, 1)), CGSWAP_PREORDER_NO,
	       "the second entry is not preorder");
	is_int(cgswap_entry_get_preorder(cgswap_chain_get_entry(chain, 2)), CGSWAP_PREORDER_YES,
	       "the third entry is");
	cgswap_program_unref(third);
	cgswap_chain_unref(chain);
	close(fd);
}

int main(void)
{
	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	scratch_bystander(EGRESS);
	session = live_session();
	build();
	for (int at = 0; at < LEVELS; at++)
		for (size_t place = 0; place < ENTRIES; place++)
			swap_one(at, place);
	entries_tell();
	cgswap_session_unref(session);
	return done_testing();
}
