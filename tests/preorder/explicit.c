/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The preorder option of a step sets the flag of the new program, and a roll-back restores that of
 * the old one, both in the chain and in the effective order of a child.
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

static bool as_expected(void)
{
	return order_holds(levels[0].fd, EGRESS, &lists[0]) &&
	       order_effective_holds(levels[0].fd, EGRESS, lists, 1) &&
	       order_effective_holds(levels[1].fd, EGRESS, lists, 2);
}

/* Replaces one entry of the parent with the preorder option. */
static void replace_with(size_t position, enum cgswap_preorder preorder, const char *name)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .preorder = preorder };
	cgswap_chain *chain = live_chain(session, levels[0].path, "egress");
	uint32_t old_id = lists[0].ids[position];
	bool old_preorder = lists[0].preorder[position];
	cgswap_replace *replace;
	char selector[32];

	snprintf(selector, sizeof(selector), "id:%u", old_id);
	cgswap_replace_new(&replace, session, NULL);
	expect_ok(cgswap_replace_add(replace, chain, selector, new, &opts), "%s: a step", name);
	expect_ok(cgswap_replace_commit(replace, NULL), "%s: commit", name);
	lists[0].ids[position] = cgswap_program_get_id(new);
	if (preorder)
		lists[0].preorder[position] = preorder == CGSWAP_PREORDER_YES;
	ok(as_expected(), "%s: the new program runs in the requested order", name);
	expect_ok(cgswap_replace_rollback(replace), "%s: roll-back", name);
	lists[0].ids[position] = old_id;
	lists[0].preorder[position] = old_preorder;
	if (!ok(as_expected(), "%s: the old program runs in its order again", name))
		bail_out("the fixture cannot be used any more");
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
	ok(as_expected(), "the fixture has the expected order");

	replace_with(0, CGSWAP_PREORDER_DEFAULT, "a plain entry, default");
	replace_with(0, CGSWAP_PREORDER_NO, "a plain entry, no preorder");
	replace_with(0, CGSWAP_PREORDER_YES, "a plain entry, preorder");
	replace_with(1, CGSWAP_PREORDER_DEFAULT, "a preorder entry, default");
	replace_with(1, CGSWAP_PREORDER_YES, "a preorder entry, preorder");
	replace_with(1, CGSWAP_PREORDER_NO, "a preorder entry, no preorder");

	cgswap_program_unref(new);
	cgswap_session_unref(session);
	return done_testing();
}
