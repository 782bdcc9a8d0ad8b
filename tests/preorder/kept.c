/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A new program is preorder if the old one was: the effective order of a child is the same as
 * before, with the new program in it. The first case, a parent with one preorder program, shows an
 * error only in the child; then come all positions of several mixes.
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

enum { LEVELS = 2, PARENT = 0, CHILD = 1 };

static cgswap_session *session;
static cgswap_program *spare;
static int spare_fd;

/* mix: one letter for each entry, 'P' preorder, 'n' not; attaches them all. */
static void attach_mix(const struct scratch *cgroup, const char *mix, struct order_list *list)
{
	for (const char *letter = mix; *letter; letter++) {
		bool preorder = *letter == 'P';
		int prog = prog_pass(EGRESS, preorder ? "preorder" : "normal");

		if (raw_attach(cgroup->fd, prog, EGRESS,
			       RAW_MULTI | (preorder ? RAW_PREORDER : 0)))
			bail_out("cannot attach");
		order_append(list, raw_prog_id(prog), preorder);
		raw_close(prog);
	}
}

/* Replaces one entry, and compares both chains and both effective orders. */
static void replace_in(const char *parent_mix, const char *child_mix, int where, size_t position)
{
	struct scratch levels[LEVELS];
	struct order_list lists[LEVELS] = { { .count = 0 }, { .count = 0 } };
	cgswap_chain *chain;
	char selector[32];
	bool good;

	scratch_nest(levels, LEVELS);
	attach_mix(&levels[PARENT], parent_mix, &lists[PARENT]);
	attach_mix(&levels[CHILD], child_mix, &lists[CHILD]);
	chain = live_chain(session, levels[where].path, "egress");
	snprintf(selector, sizeof(selector), "pos:%zu", position);
	good = !swap(session, chain, selector, spare);
	if (!good)
		diag("%s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_chain_unref(chain);

	lists[where].ids[position] = raw_prog_id(spare_fd);
	good = good && order_holds(levels[PARENT].fd, EGRESS, &lists[PARENT]) &&
	       order_holds(levels[CHILD].fd, EGRESS, &lists[CHILD]) &&
	       order_effective_holds(levels[PARENT].fd, EGRESS, lists, 1) &&
	       order_effective_holds(levels[CHILD].fd, EGRESS, lists, 2);
	ok(good, "parent %s, child %s: entry %zu of the %s", parent_mix, child_mix, position,
	   where == PARENT ? "parent" : "child");
	for (int i = LEVELS; i-- > 0;) {
		scratch_remove(&levels[i]);
		raw_close(levels[i].fd);
	}
}

int main(void)
{
	static const char *const mixes[] = { "P", "n", "PP", "Pn", "nP", "nn", "PnP", "nPn", "nnP" };

	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	scratch_bystander(EGRESS);
	session = live_session();
	spare_fd = prog_pass(EGRESS, "spare");
	spare = live_program(session, spare_fd);

	for (size_t i = 0; i < sizeof(mixes) / sizeof(*mixes); i++)
		for (size_t position = 0; mixes[i][position]; position++) {
			replace_in(mixes[i], "n", PARENT, position);
			replace_in(mixes[i], "P", PARENT, position);
			replace_in("nP", mixes[i], CHILD, position);
		}

	cgswap_program_unref(spare);
	cgswap_session_unref(session);
	raw_close(spare_fd);
	return done_testing();
}
