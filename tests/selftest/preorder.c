/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preorder entries of a parent run before anything of the child; then the child's preorder entries,
 * then its other ones, then the parent's other ones. It is the same for links, and a swap moves
 * nobody.
 */
#include "fixture.h"

static struct scratch parent, child;
static cgswap_chain *above, *below;
static int link_fd[LAB_PROGRAMS + 1];

static enum cgswap_status put(cgswap_chain *chain, unsigned digit, bool preorder, bool linked)
{
	link_fd[digit] = -1;
	return lab_attach(chain, digit,
			  OPTS(.preorder = preorder ? CGSWAP_PREORDER_YES : CGSWAP_PREORDER_DEFAULT,
			       .link = linked, .link_fd = linked ? &link_fd[digit] : NULL));
}

static void let_go(cgswap_chain *chain, unsigned digit)
{
	expect_ok(cgswap_chain_detach(chain, by_id(lab.prog[digit]), NULL), "%u goes", digit);
	if (link_fd[digit] >= 0)
		raw_close(link_fd[digit]);
}

static void some(bool linked, const char *name)
{
	expect_ok(put(below, 1, false, linked), "child: 1");
	expect_ok(put(below, 2, true, linked), "child: 2, preorder");
	expect_ok(put(above, 3, false, linked), "parent: 3");
	expect_ok(put(above, 4, true, linked), "parent: 4, preorder");
	lab_effective(&child, 4213, name);
	lab_ran(&child, 4213, name);
	lab_ran(&parent, 43, name);
	expect_ok(swap(lab.session, above, by_id(lab.prog[4]), lab.program[5]), "4 becomes 5");
	expect_ok(swap(lab.session, below, by_id(lab.prog[2]), lab.program[6]), "2 becomes 6");
	expect_ok(swap(lab.session, below, by_id(lab.prog[1]), lab.program[7]), "1 becomes 7");
	lab_effective(&child, 5673, "nobody has moved");
	lab_ran(&child, 5673, "nor runs at another time");
	lab_holds(&parent, 35, "the parent's list");
	lab_holds(&child, 76, "the child's list");
	link_fd[5] = link_fd[4];
	link_fd[6] = link_fd[2];
	link_fd[7] = link_fd[1];
	let_go(above, 5);
	let_go(above, 3);
	let_go(below, 6);
	let_go(below, 7);
}

static void all(bool linked, const char *name)
{
	expect_ok(put(below, 1, true, linked), "child: 1, preorder");
	expect_ok(put(below, 2, true, linked), "child: 2, preorder");
	expect_ok(put(above, 3, true, linked), "parent: 3, preorder");
	expect_ok(put(above, 4, true, linked), "parent: 4, preorder");
	lab_ran(&child, 3412, name);
	for (unsigned digit = 1; digit <= 4; digit++)
		let_go(digit <= 2 ? below : above, digit);
}

static void not_here(void)
{
	EXPECT_CAUSE(put(below, 1, true, false), KERNEL_LACKS_FEATURE, "a preorder program");
	EXPECT_CAUSE(put(below, 1, true, true), KERNEL_LACKS_FEATURE, "a preorder link");
	lab_holds(&child, 0, "nothing was attached in its stead");
}

int main(void)
{
	lab_open();
	parent = scratch_new("parent");
	child = scratch_child(&parent, "child");
	above = lab_chain(&parent);
	below = lab_chain(&child);
	if (lab.has_preorder) {
		some(false, "programs, some preorder");
		all(false, "programs, all preorder");
		some(true, "links, some preorder");
		all(true, "links, all preorder");
	} else {
		not_here();
	}
	cgswap_chain_unref(below);
	cgswap_chain_unref(above);
	lab_close();
	return done_testing();
}
