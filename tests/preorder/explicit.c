/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who says preorder yes or no gets it, and roll-back gives the old program its own place back:
 * in the list as well as in the order in which a child runs.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/order.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

static cgswap_session *session;
static struct scratch levels[2];
static struct order_list lists[2];
static int progs[4];
static cgswap_program *new;

static bool as_in_the_book(void)
{
	return order_holds(levels[0].fd, EGRESS, &lists[0]) &&
	       order_effective_holds(levels[0].fd, EGRESS, lists, 1) &&
	       order_effective_holds(levels[1].fd, EGRESS, lists, 2);
}

/* Replaces one entry of the parent, saying its preorder. */
static void say(size_t place, enum cgswap_preorder preorder, const char *name)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .preorder = preorder };
	cgswap_chain *chain = live_chain(session, levels[0].path, "egress");
	uint32_t old_id = lists[0].ids[place];
	bool old_preorder = lists[0].preorder[place];
	cgswap_replace *replace;
	char selector[32];

	snprintf(selector, sizeof(selector), "id:%u", old_id);
	cgswap_replace_new(&replace, session, NULL);
	expect_ok(cgswap_replace_add(replace, chain, selector, new, &opts), "%s: a step", name);
	expect_ok(cgswap_replace_commit(replace, NULL), "%s: commit", name);
	lists[0].ids[place] = cgswap_program_get_id(new);
	if (preorder)
		lists[0].preorder[place] = preorder == CGSWAP_PREORDER_YES;
	ok(as_in_the_book(), "%s: the new one runs where it was told to", name);
	expect_ok(cgswap_replace_rollback(replace), "%s: roll-back", name);
	lists[0].ids[place] = old_id;
	lists[0].preorder[place] = old_preorder;
	if (!ok(as_in_the_book(), "%s: the old one runs where it ran", name))
		bail_out("the scene is spoilt");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
}

int main(void)
{
	need_live();
	need_flags(RAW_PREORDER, "BPF_F_PREORDER");
	session = live_session();
	scratch_nest(levels, 2);
	prog_pass_many(EGRESS, "p", progs, 4);
	new = live_program(session, progs[3]);
	raw_attach(levels[0].fd, progs[0], EGRESS, RAW_MULTI);
	order_append(&lists[0], raw_prog_id(progs[0]), false);
	raw_attach(levels[0].fd, progs[1], EGRESS, RAW_MULTI | RAW_PREORDER);
	order_append(&lists[0], raw_prog_id(progs[1]), true);
	raw_attach(levels[1].fd, progs[2], EGRESS, RAW_MULTI);
	order_append(&lists[1], raw_prog_id(progs[2]), false);
	ok(as_in_the_book(), "the scene is set");

	say(0, CGSWAP_PREORDER_DEFAULT, "normal, as it is");
	say(0, CGSWAP_PREORDER_NO, "normal, said");
	say(0, CGSWAP_PREORDER_YES, "normal, to be preorder");
	say(1, CGSWAP_PREORDER_DEFAULT, "preorder, as it is");
	say(1, CGSWAP_PREORDER_YES, "preorder, said");
	say(1, CGSWAP_PREORDER_NO, "preorder, to be normal");

	cgswap_program_unref(new);
	cgswap_session_unref(session);
	return done_testing();
}
