/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order fixture detects a lost preorder flag: a bare REPLACE of a parent's only program, which
 * was preorder, leaves the parent's list the same and reverses the order in its child. All calls
 * are raw system calls.
 */
#include "attach_types.h"
#include "live.h"
#include "order.h"
#include "programs.h"
#include "scratch.h"
#include "tap.h"

int main(void)
{
	struct scratch levels[2];
	struct order_list lists[2] = { { .count = 0 }, { .count = 0 } };
	int progs[3];

	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	scratch_nest(levels, 2);
	prog_pass_many(EGRESS, "p", progs, 3);

	ok(!raw_attach(levels[0].fd, progs[0], EGRESS, RAW_MULTI | RAW_PREORDER),
	   "a preorder program is attached to the parent");
	order_append(&lists[0], raw_prog_id(progs[0]), true);
	ok(!raw_attach(levels[1].fd, progs[1], EGRESS, RAW_MULTI),
	   "two programs in the child's chain");
	order_append(&lists[1], raw_prog_id(progs[1]), false);
	ok(order_holds(levels[0].fd, EGRESS, &lists[0]), "the parent's list is as expected");
	ok(order_effective_holds(levels[1].fd, EGRESS, lists, 2),
	   "the child's effective order is as expected");

	lists[0].ids[0] = raw_prog_id(progs[2]);
	ok(!raw_replace(levels[0].fd, progs[2], progs[0], EGRESS, RAW_MULTI | RAW_REPLACE),
	   "a replace without the preorder flag");
	ok(order_holds(levels[0].fd, EGRESS, &lists[0]),
	   "the parent's list does not show the lost flag");
	diag("the next two lists must differ:");
	ok(!order_effective_holds(levels[1].fd, EGRESS, lists, 2),
	   "the child's effective order shows it");

	ok(!raw_replace(levels[0].fd, progs[2], progs[2], EGRESS,
			RAW_MULTI | RAW_REPLACE | RAW_PREORDER),
	   "a replace with the preorder flag");
	ok(order_effective_holds(levels[1].fd, EGRESS, lists, 2),
	   "the child's effective order is as before");
	return done_testing();
}
