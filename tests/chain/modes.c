/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attach works in each mode. A conflict with the mode of the chain and one with a program in none
 * mode at an ancestor give different causes, and the latter names the program.
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

/* A chain of one program: a second one replaces the first. */
static void single(enum cgswap_mode mode, enum cgswap_mode other, const char *name)
{
	struct scratch cgroup = scratch_new(name);
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");
	struct raw_chain before;

	is_int(cgswap_chain_get_mode(chain), CGSWAP_MODE_DEFAULT, "an empty chain has no mode");
	expect_ok(attach(chain, one, mode), "%s: attached", name);
	is_int(cgswap_chain_get_mode(chain), mode, "%s: the chain has its mode", name);
	is_int(cgswap_chain_get_length(chain), 1, "%s: the chain was read again", name);
	before = chain_now(cgroup.fd, EGRESS);

	EXPECT_CAUSE(attach(chain, two, CGSWAP_MODE_MULTI), OWN_MODE_CONFLICT, "%s: multi", name);
	EXPECT_CAUSE(attach(chain, two, other), OWN_MODE_CONFLICT, "%s: the third mode", name);
	chain_untouched(cgroup.fd, EGRESS, &before, name);

	expect_ok(attach(chain, two, mode), "%s: another program in the same mode", name);
	chain_is(cgroup.fd, EGRESS, &two_fd, 1, "it has replaced the first one");
	EXPECT_CAUSE(cgswap_chain_detach(chain, by_fd(one_fd), NULL), NOT_ATTACHED,
		     "%s: detaching the wrong program", name);
	chain_is(cgroup.fd, EGRESS, &two_fd, 1,
		 "the attached program stays, although the kernel would detach any");
	expect_ok(cgswap_chain_detach(chain, by_fd(two_fd), NULL), "%s: detached", name);
	is_int(cgswap_chain_get_length(chain), 0, "%s: the chain is empty", name);
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
	is_int(cgswap_chain_get_mode(chain), CGSWAP_MODE_MULTI, "the chain is in multi mode");
	EXPECT_CAUSE(attach(chain, two, CGSWAP_MODE_NONE), OWN_MODE_CONFLICT, "none in multi");
	EXPECT_CAUSE(attach(chain, two, CGSWAP_MODE_OVERRIDE), OWN_MODE_CONFLICT,
		     "override in multi");
	EXPECT_CAUSE(attach(chain, one, CGSWAP_MODE_MULTI), ALREADY_ATTACHED,
		     "the same program twice");
	EXPECT_CAUSE(attach(chain, two, (enum cgswap_mode)9), BAD_ARGUMENT, "mode 9");
	expect_ok(attach(chain, two, CGSWAP_MODE_MULTI), "a second program");
	chain_is(cgroup.fd, EGRESS, both, 2, "the second program is at the end");
	EXPECT_CAUSE(swap(session, chain, by_fd(one_fd), two), ALREADY_ATTACHED,
		     "replacing by a program that is in the chain");
	chain_is(cgroup.fd, EGRESS, both, 2, "the chain is unchanged");
	cgswap_chain_unref(chain);
	raw_close(cgroup.fd);
}

/* none mode above; a multi cgroup with programs in between allows changes below. */
static void ancestors(void)
{
	struct scratch level[3];
	cgswap_chain *chain[3];
	int top = prog_pass(EGRESS, "the_top_one");

	scratch_nest(level, 3);
	for (int i = 0; i < 3; i++)
		chain[i] = live_chain(session, level[i].path, "egress");
	expect_ok(attach(chain[2], one, CGSWAP_MODE_MULTI), "the innermost is attached first");
	raw_attach(level[0].fd, top, EGRESS, RAW_NONE);
	EXPECT_CAUSE(attach(chain[1], two, CGSWAP_MODE_MULTI), ANCESTOR_EXCLUSIVE,
		     "attach two below the top");
	expect_message(by_id(top) + strlen("id:"));
	expect_message(level[0].path);
	EXPECT_CAUSE(attach(chain[1], two, CGSWAP_MODE_OVERRIDE), ANCESTOR_EXCLUSIVE,
		     "attach in override mode");
	EXPECT_CAUSE(attach(chain[1], two, CGSWAP_MODE_NONE), ANCESTOR_EXCLUSIVE,
		     "attach in none mode");
	EXPECT_CAUSE(swap(session, chain[2], by_fd(one_fd), two), ANCESTOR_EXCLUSIVE,
		     "replace the program attached first");
	chain_is(level[2].fd, EGRESS, &one_fd, 1, "the innermost chain is unchanged");

	raw_detach(level[0].fd, top, EGRESS);
	raw_attach(level[0].fd, top, EGRESS, RAW_OVERRIDE);
	expect_ok(swap(session, chain[2], by_fd(one_fd), two), "replace below override mode");

	/* a program in multi mode in between decides before the top one */
	raw_detach(level[0].fd, top, EGRESS);
	expect_ok(attach(chain[1], one, CGSWAP_MODE_MULTI), "a program in between is attached");
	raw_attach(level[0].fd, top, EGRESS, RAW_NONE);
	expect_ok(swap(session, chain[2], by_fd(two_fd), one),
		  "replace below the program in between");
	EXPECT_CAUSE(cgswap_chain_attach(chain[1], two, NULL), ANCESTOR_EXCLUSIVE,
		     "attach to the cgroup in between");
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
