/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An empty chain, a chain without the program, and a program that is attached to an ancestor give
 * three different causes; the last one names the ancestor.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

int main(void)
{
	struct scratch level[3];
	struct fixture fixture;
	cgswap_chain *middle, *inner;
	size_t position;
	int above, here;

	need_live();
	fixture = fixture_new("elsewhere", 2);
	scratch_nest(level, 3);
	above = prog_pass(EGRESS, "from_above");
	here = prog_pass(EGRESS, "here");
	raw_attach(level[0].fd, above, EGRESS, RAW_MULTI);
	raw_attach(level[2].fd, here, EGRESS, RAW_MULTI);
	middle = live_chain(fixture.session, level[1].path, "egress");
	inner = live_chain(fixture.session, level[2].path, "egress");

	EXPECT_CAUSE(cgswap_chain_find(middle, by_fd(above), &position), ATTACHED_AT_ANCESTOR,
		     "an ancestor's program by descriptor");
	expect_message(level[0].path);
	EXPECT_CAUSE(swap(fixture.session, middle, by_id(above), fixture.program),
		     ATTACHED_AT_ANCESTOR, "replacing an ancestor's program in an empty chain");
	expect_message(level[0].path);
	EXPECT_CAUSE(swap(fixture.session, inner, "name:from_above", fixture.program),
		     ATTACHED_AT_ANCESTOR, "replacing an ancestor's program by name");
	EXPECT_CAUSE(cgswap_chain_detach(inner, by_id(above), NULL), ATTACHED_AT_ANCESTOR,
		     "detaching an ancestor's program");

	EXPECT_CAUSE(swap(fixture.session, middle, by_id(here), fixture.program), CHAIN_EMPTY,
		     "a program that is not attached, in an empty chain");
	EXPECT_CAUSE(swap(fixture.session, middle, "pos:0", fixture.program), CHAIN_EMPTY,
		     "position 0 of an empty chain");
	EXPECT_CAUSE(cgswap_chain_detach(middle, "name:missing", NULL), CHAIN_EMPTY,
		     "detaching from an empty chain");
	EXPECT_CAUSE(swap(fixture.session, inner, by_fd(fixture.progs[0]), fixture.program),
		     NOT_ATTACHED, "a program that is not attached, in a chain of others");
	EXPECT_CAUSE(cgswap_chain_detach(inner, by_fd(fixture.progs[0]), NULL), NOT_ATTACHED,
		     "detaching a program that is not attached");
	EXPECT_CAUSE(swap(fixture.session, inner, by_fd(fixture.spare), fixture.program),
		     NOT_ATTACHED, "the new program is also the old one, and not attached");
	chain_is(level[0].fd, EGRESS, &above, 1, "the outermost chain is unchanged");
	chain_is(level[2].fd, EGRESS, &here, 1, "the innermost chain is unchanged");

	cgswap_chain_unref(middle);
	cgswap_chain_unref(inner);
	raw_close(above);
	raw_close(here);
	fixture_free(&fixture);
	return done_testing();
}
