/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A chain has one mode, and a program attached in none mode wants nobody below it: attach works
 * in each mode, what contradicts is told apart, and the one who is in the way is named.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <string.h>

static cgswap_session *session;
static cgswap_program *one, *two;
static int one_fd, two_fd;

static enum cgswap_status attach(cgswap_chain *chain, cgswap_program *program,
				 enum cgswap_mode mode)
{
	const struct cgswap_attach_opts opts = { .sz = sizeof(opts), .mode = mode };

	return cgswap_chain_attach(chain, program, &opts);
}

/* One program only: a second one comes in its stead. */
static void single(enum cgswap_mode mode, enum cgswap_mode other, const char *name)
{
	struct scratch cgroup = scratch_new(name);
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");
	struct raw_chain before;

	is_int(cgswap_chain_get_mode(chain), CGSWAP_MODE_DEFAULT, "an empty chain has no mode");
	expect_ok(attach(chain, one, mode), "%s: attached", name);
	is_int(cgswap_chain_get_mode(chain), mode, "%s: the chain knows its mode", name);
	is_int(cgswap_chain_get_length(chain), 1, "%s: and was read anew", name);
	before = chain_now(cgroup.fd, EGRESS);

	EXPECT_CAUSE(attach(chain, two, CGSWAP_MODE_MULTI), OWN_MODE_CONFLICT, "%s: multi", name);
	EXPECT_CAUSE(attach(chain, two, other), OWN_MODE_CONFLICT, "%s: the third mode", name);
	chain_untouched(cgroup.fd, EGRESS, &before, name);

	expect_ok(attach(chain, two, mode), "%s: another program in the same mode", name);
	chain_is(cgroup.fd, EGRESS, &two_fd, 1, "it stands in the first one's stead");
	EXPECT_CAUSE(cgswap_chain_detach(chain, by_fd(one_fd), NULL), NOT_ATTACHED,
		     "%s: detaching the wrong program", name);
	chain_is(cgroup.fd, EGRESS, &two_fd, 1, "the kernel would have taken whatever is there");
	expect_ok(cgswap_chain_detach(chain, by_fd(two_fd), NULL), "%s: detached", name);
	is_int(cgswap_chain_get_length(chain), 0, "%s: empty", name);
	cgswap_chain_unref(chain);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

static void multi(void)
{
	struct scratch cgroup = scratch_new("multi");
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");
	const int both[] = { one_fd, two_fd };

	expect_ok(attach(chain, one, CGSWAP_MODE_DEFAULT), "multi is the default");
	is_int(cgswap_chain_get_mode(chain), CGSWAP_MODE_MULTI, "the chain says so");
	EXPECT_CAUSE(attach(chain, two, CGSWAP_MODE_NONE), OWN_MODE_CONFLICT, "none in multi");
	EXPECT_CAUSE(attach(chain, two, CGSWAP_MODE_OVERRIDE), OWN_MODE_CONFLICT,
		     "override in multi");
	EXPECT_CAUSE(attach(chain, one, CGSWAP_MODE_MULTI), ALREADY_ATTACHED, "the same twice");
	EXPECT_CAUSE(attach(chain, two, (enum cgswap_mode)9), BAD_ARGUMENT, "mode 9");
	expect_ok(attach(chain, two, CGSWAP_MODE_MULTI), "a second program");
	chain_is(cgroup.fd, EGRESS, both, 2, "at the end");
	EXPECT_CAUSE(swap(session, chain, by_fd(one_fd), two), ALREADY_ATTACHED,
		     "replacing by a program that is in the chain");
	chain_is(cgroup.fd, EGRESS, both, 2, "nothing moved");
	cgswap_chain_unref(chain);
	raw_close(cgroup.fd);
}

/* none above; a multi cgroup with programs between shields those below. */
static void ancestors(void)
{
	struct scratch level[3];
	cgswap_chain *chain[3];
	int top = prog_pass(EGRESS, "the_top_one");

	scratch_nest(level, 3);
	for (int i = 0; i < 3; i++)
		chain[i] = live_chain(session, level[i].path, "egress");
	expect_ok(attach(chain[2], one, CGSWAP_MODE_MULTI), "the innermost, before all");
	raw_attach(level[0].fd, top, EGRESS, RAW_NONE);
	EXPECT_CAUSE(attach(chain[1], two, CGSWAP_MODE_MULTI), ANCESTOR_EXCLUSIVE,
		     "attach two below the top");
	expect_message(by_id(top) + strlen("id:"));
	expect_message(level[0].path);
	EXPECT_CAUSE(attach(chain[1], two, CGSWAP_MODE_OVERRIDE), ANCESTOR_EXCLUSIVE, "override");
	EXPECT_CAUSE(attach(chain[1], two, CGSWAP_MODE_NONE), ANCESTOR_EXCLUSIVE, "none");
	EXPECT_CAUSE(swap(session, chain[2], by_fd(one_fd), two), ANCESTOR_EXCLUSIVE,
		     "replace what was there before");
	chain_is(level[2].fd, EGRESS, &one_fd, 1, "nothing happened");

	raw_detach(level[0].fd, top, EGRESS);
	raw_attach(level[0].fd, top, EGRESS, RAW_OVERRIDE);
	expect_ok(swap(session, chain[2], by_fd(one_fd), two), "below an override it works");

	/* who stands between, in multi mode, decides before the top */
	raw_detach(level[0].fd, top, EGRESS);
	expect_ok(attach(chain[1], one, CGSWAP_MODE_MULTI), "one between");
	raw_attach(level[0].fd, top, EGRESS, RAW_NONE);
	expect_ok(swap(session, chain[2], by_fd(two_fd), one), "it shields those below it");
	EXPECT_CAUSE(cgswap_chain_attach(chain[1], two, NULL), ANCESTOR_EXCLUSIVE, "but not itself");
	for (int i = 0; i < 3; i++)
		cgswap_chain_unref(chain[i]);
	raw_close(top);
}

int main(void)
{
	need_live();
	session = live_session();
	one_fd = prog_pass(EGRESS, "one");
	two_fd = prog_pass(EGRESS, "two");
	one = live_program(session, one_fd);
	two = live_program(session, two_fd);
	single(CGSWAP_MODE_OVERRIDE, CGSWAP_MODE_NONE, "override");
	single(CGSWAP_MODE_NONE, CGSWAP_MODE_OVERRIDE, "none");
	multi();
	ancestors();
	cgswap_program_unref(one);
	cgswap_program_unref(two);
	cgswap_session_unref(session);
	return done_testing();
}
