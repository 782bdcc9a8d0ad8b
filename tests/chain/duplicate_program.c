/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A link may hold a program that is also attached plainly, and the kernel does not tell which
 * place is which: such a name is ambiguous, and a swap that brings this about is undone without
 * touching the link. A program may also be replaced by itself.
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

/* The newcomer is in the chain already, in a link, before or after the place it takes. */
static void newcomer_in_a_link(bool before)
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
	expect_ok(cgswap_replace_commit(replace, NULL), "the kernel allows it");
	now = chain_now(cgroup.fd, EGRESS);
	ok(chain_same(&now, &swapped), "the newcomer stands there twice");

	expect_ok(cgswap_chain_read(chain), "read");
	EXPECT_CAUSE(cgswap_chain_find(chain, by_id(fixture.spare), &position), SELECTOR_AMBIGUOUS,
		     "by id");
	EXPECT_CAUSE(cgswap_chain_find(chain, "name:spare", &position), SELECTOR_AMBIGUOUS,
		     "by name");
	snprintf(selector, sizeof(selector), "pos:%d", before);
	expect_ok(cgswap_chain_find(chain, selector, &position), "by place it can be found");

	expect_ok(cgswap_replace_rollback(replace), "roll-back");
	now = chain_now(cgroup.fd, EGRESS);
	ok(chain_same(&now, &at_first), "all is as before");
	chain_close_link(link, cgroup.fd, EGRESS);
	now = chain_now(cgroup.fd, EGRESS);
	ok(now.count == 1 && now.ids[0] == raw_prog_id(old), "the link held its place all along");

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
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:1", same, NULL), "by itself");
	expect_ok(cgswap_replace_check(replace), "check");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "it is still there");
	expect_ok(cgswap_replace_rollback(replace), "roll-back");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "and still");
	cgswap_replace_unref(replace);
	cgswap_program_unref(same);
}

int main(void)
{
	need_live();
	fixture = fixture_new("twice", 3);
	newcomer_in_a_link(true);
	newcomer_in_a_link(false);
	by_itself();
	fixture_free(&fixture);
	return done_testing();
}
