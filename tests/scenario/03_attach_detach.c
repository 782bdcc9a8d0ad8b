/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenario 3: attach and detach in each mode. A chain with programs takes no other mode. */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <unistd.h>

static cgswap_session *session;
static cgswap_program *first, *second;
static int first_fd, second_fd;

static enum cgswap_status attach(cgswap_chain *chain, cgswap_program *program,
				 enum cgswap_mode mode)
{
	const struct cgswap_attach_opts opts = { .sz = sizeof(opts), .mode = mode };

	return cgswap_chain_attach(chain, program, &opts);
}

static void multi(void)
{
	struct scratch cgroup = scratch_new("multi");
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");
	const int both[] = { first_fd, second_fd };

	expect_ok(cgswap_chain_attach(chain, first, NULL), "multi is the default");
	expect_ok(attach(chain, second, CGSWAP_MODE_MULTI), "a second program");
	chain_is(cgroup.fd, EGRESS, both, 2, "it is after the first");
	is_int(cgswap_chain_get_mode(chain), CGSWAP_MODE_MULTI, "the handle has the mode");
	is_int(cgswap_chain_get_length(chain), 2, "the handle has the length");
	EXPECT_CAUSE(attach(chain, first, CGSWAP_MODE_MULTI), ALREADY_ATTACHED, "the same program twice");
	EXPECT_CAUSE(attach(chain, second, CGSWAP_MODE_NONE), OWN_MODE_CONFLICT, "another mode");
	expect_ok(cgswap_chain_detach(chain, by_id(first_fd), NULL), "the first is detached");
	chain_is(cgroup.fd, EGRESS, both + 1, 1, "the second stays");
	EXPECT_CAUSE(cgswap_chain_detach(chain, by_id(first_fd), NULL), NOT_ATTACHED, "again");
	expect_ok(cgswap_chain_detach(chain, "pos:0", NULL), "the second is detached");
	is_int(cgswap_chain_get_length(chain), 0, "the chain is empty");
	cgswap_chain_unref(chain);
	close(cgroup.fd);
}

static void one_at_a_time(enum cgswap_mode mode, const char *name)
{
	struct scratch cgroup = scratch_new(name);
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");

	expect_ok(attach(chain, first, mode), "%s: attached", name);
	is_int(cgswap_chain_get_mode(chain), mode, "%s: the handle has the mode", name);
	EXPECT_CAUSE(attach(chain, second, CGSWAP_MODE_MULTI), OWN_MODE_CONFLICT, "%s: an attach in multi mode", name);
	chain_is(cgroup.fd, EGRESS, &first_fd, 1, "nothing changed");
	expect_ok(attach(chain, second, mode), "%s: another program", name);
	chain_is(cgroup.fd, EGRESS, &second_fd, 1, "it replaced the first one");
	expect_ok(cgswap_chain_detach(chain, "pos:0", NULL), "%s: detached", name);
	is_int(cgswap_chain_get_mode(chain), CGSWAP_MODE_DEFAULT, "%s: the empty chain has no mode", name);
	cgswap_chain_unref(chain);
	close(cgroup.fd);
}

static void a_link_lets_its_program_go(void)
{
	struct scratch cgroup = scratch_new("linked");
	int link = raw_link_create(cgroup.fd, first_fd, EGRESS, 0);
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");

	expect_ok(cgswap_chain_detach(chain, "pos:0", NULL), "an entry with a link is detached through it");
	chain_is(cgroup.fd, EGRESS, NULL, 0, "the chain is empty");
	cgswap_chain_unref(chain);
	close(link);
	close(cgroup.fd);
}

int main(void)
{
	need_live();
	scratch_bystander(EGRESS);
	session = live_session();
	first_fd = prog_pass(EGRESS, "first");
	second_fd = prog_pass(EGRESS, "second");
	first = live_program(session, first_fd);
	second = live_program(session, second_fd);
	multi();
	one_at_a_time(CGSWAP_MODE_OVERRIDE, "override");
	one_at_a_time(CGSWAP_MODE_NONE, "none");
	a_link_lets_its_program_go();
	cgswap_program_unref(first);
	cgswap_program_unref(second);
	cgswap_session_unref(session);
	return done_testing();
}
