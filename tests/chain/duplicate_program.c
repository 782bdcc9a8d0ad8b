/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program may be attached both plainly and by a link, and the kernel does not report which entry
 * is the link: a selector of it is ambiguous, and the roll-back of a swap that causes this does not
 * touch the link. A program may also be replaced by itself.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

static struct fixture fixture;

/* A link already has the new program, before or after the position of the old one. */
static void new_program_has_link(bool before)
{
	struct scratch cgroup = scratch_new(before ? "before" : "after");
	int old = prog_pass(EGRESS, "old"), link = -1;
	struct raw_chain at_first, swapped, now;
	cgswap_replace *replace;
	cgswap_chain *chain;
	char selector[32];
	size_t position;

	if (before)
		link = raw_link_create(cgroup.fd, fixture.spare, EGRESS, 0);
	raw_attach(cgroup.fd, old, EGRESS, RAW_MULTI);
	if (!before)
		link = raw_link_create(cgroup.fd, fixture.spare, EGRESS, 0);
	chain = live_chain(fixture.session, cgroup.path, "egress");
	at_first = swapped = chain_now(cgroup.fd, EGRESS);
	swapped.ids[before] = raw_prog_id(fixture.spare);

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, chain, by_id(old), fixture.program, NULL), "a step");
	expect_ok(cgswap_replace_commit(replace, NULL), "the kernel allows the program twice");
	now = chain_now(cgroup.fd, EGRESS);
	ok(chain_same(&now, &swapped), "the new program is in the chain twice");

	expect_ok(cgswap_chain_read(chain), "the chain is read");
	EXPECT_CAUSE(cgswap_chain_find(chain, by_id(fixture.spare), &position), SELECTOR_AMBIGUOUS,
		     "find by id");
	EXPECT_CAUSE(cgswap_chain_find(chain, "name:spare", &position), SELECTOR_AMBIGUOUS,
		     "find by name");
	snprintf(selector, sizeof(selector), "pos:%d", before);
	expect_ok(cgswap_chain_find(chain, selector, &position), "find by position");

	expect_ok(cgswap_replace_rollback(replace), "roll-back");
	now = chain_now(cgroup.fd, EGRESS);
	ok(chain_same(&now, &at_first), "the chain is as before");
	chain_close_link(link, cgroup.fd, EGRESS);
	now = chain_now(cgroup.fd, EGRESS);
	ok(now.count == 1 && now.ids[0] == raw_prog_id(old), "the link was not changed");

	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	raw_close(old);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

static void by_itself(void)
{
	cgswap_program *same = live_program(fixture.session, fixture.progs[1]);
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", same, NULL),
		  "a step that replaces a program by itself");
	expect_ok(cgswap_replace_check(replace), "check");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3,
		 "the chain is the same after the commit");
	expect_ok(cgswap_replace_rollback(replace), "roll-back");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3,
		 "the chain is the same after the roll-back");
	cgswap_replace_unref(replace);
	cgswap_program_unref(same);
}

int main(void)
{
	need_live();
	fixture = fixture_new("twice", 3);
	new_program_has_link(true);
	new_program_has_link(false);
	by_itself();
	fixture_free(&fixture);
	return done_testing();
}
