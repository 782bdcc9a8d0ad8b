/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The instrument by which replaces are judged for preorder sees its loss: a bare REPLACE of a
 * parent's only program, which was preorder, leaves the parent's lists perfect and turns the
 * order in its child around. All by raw system calls.
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

	ok(!raw_attach(levels[0].fd, progs[0], EGRESS, RAW_MULTI | RAW_PREORDER), "parent");
	order_append(&lists[0], raw_prog_id(progs[0]), true);
	ok(!raw_attach(levels[1].fd, progs[1], EGRESS, RAW_MULTI), "child");
	order_append(&lists[1], raw_prog_id(progs[1]), false);
	ok(order_holds(levels[0].fd, EGRESS, &lists[0]), "the parent's list is as believed");
	ok(order_effective_holds(levels[1].fd, EGRESS, lists, 2), "so is what the child runs");

	lists[0].ids[0] = raw_prog_id(progs[2]);
	ok(!raw_replace(levels[0].fd, progs[2], progs[0], EGRESS, RAW_MULTI | RAW_REPLACE),
	   "a bare replace");
	ok(order_holds(levels[0].fd, EGRESS, &lists[0]), "the parent's list shows nothing");
	diag("what follows is wanted to differ:");
	ok(!order_effective_holds(levels[1].fd, EGRESS, lists, 2), "the child's order tells");

	ok(!raw_replace(levels[0].fd, progs[2], progs[2], EGRESS,
			RAW_MULTI | RAW_REPLACE | RAW_PREORDER), "the flag given again");
	ok(order_effective_holds(levels[1].fd, EGRESS, lists, 2), "and all is as before");
	return done_testing();
}
