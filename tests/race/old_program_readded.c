/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A manager process attaches the old program again at the end as soon as it is replaced. The swap
 * still succeeds and the new program stays attached, with the kernel's revisions and without them.
 *
 * An argument is the number of rounds for each.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 3000, MISSES_PRINTED = 5 };

static const char WITHOUT[] = "revision,expected_revision,ordering";
static int rounds;

/* A link of the old program is made between adding the step and its commit. */
static void link_made_after(const char *features)
{
	struct fixture fixture = fixture_new("back", 3);
	cgswap_session *session = live_session_without(features);
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	cgswap_program *program = live_program(session, fixture.spare);
	const int wanted[] = { fixture.progs[0], fixture.spare, fixture.progs[2], fixture.progs[1] };
	cgswap_replace *replace;
	int link;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, "pos:1", program, NULL), "a step");
	link = raw_link_create(fixture.cgroup.fd, fixture.progs[1], EGRESS, 0);
	ok(link >= 0, "a link of the old program is made");
	expect_ok(cgswap_replace_check(replace), "check succeeds");
	expect_ok(cgswap_replace_commit(replace, NULL), "commit succeeds");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 4,
		 "the new program has the position, and the link is attached");
	chain_close_link(link, fixture.cgroup.fd, EGRESS);
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	fixture_free(&fixture);
}

/*
 * The old program gets a link, and is attached plainly again after it: the chain after the swap
 * looks as if the new program had been appended.
 */
static void by_a_link_before(const char *features)
{
	struct fixture fixture = fixture_new("over", 1);
	cgswap_session *session = live_session_without(features);
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	cgswap_program *program = live_program(session, fixture.spare);
	const int wanted[] = { fixture.progs[0], fixture.spare };
	cgswap_replace *replace;
	int link;

	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, "pos:0", program, NULL), "a step");
	link = raw_link_create(fixture.cgroup.fd, fixture.progs[0], EGRESS, 0);
	raw_detach(fixture.cgroup.fd, fixture.progs[0], EGRESS);
	raw_attach(fixture.cgroup.fd, fixture.progs[0], EGRESS, RAW_MULTI);
	expect_ok(cgswap_replace_commit(replace, NULL), "commit succeeds");
	chain_is(fixture.cgroup.fd, EGRESS, wanted, 2,
		 "the new program has the position of the plain entry");
	chain_close_link(link, fixture.cgroup.fd, EGRESS);
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	fixture_free(&fixture);
}

static pid_t start_ensuring(const struct fixture *fixture)
{
	pid_t child = fork();

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		raw_attach(fixture->cgroup.fd, fixture->progs[0], EGRESS, RAW_MULTI);
}

/* A swap may succeed, or lose the race because the old program moved in between. */
static bool may_be(enum cgswap_cause cause)
{
	return !cause || cause == CGSWAP_CAUSE_NOT_ATTACHED || cause == CGSWAP_CAUSE_LOST_RACE;
}

static bool is_attached(const struct fixture *fixture, uint32_t id)
{
	struct raw_chain now = chain_now(fixture->cgroup.fd, EGRESS);

	for (size_t i = 0; i < now.count; i++)
		if (now.ids[i] == id)
			return true;
	return false;
}

static void by_a_manager(const char *features, const char *name)
{
	struct fixture fixture = fixture_new("ensured", 2);
	cgswap_session *session = live_session_without(features);
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	cgswap_program *program = live_program(session, fixture.spare);
	unsigned done = 0, odd = 0, lost = 0, gone = 0;
	pid_t manager = start_ensuring(&fixture);

	for (int i = 0; i < rounds; i++) {
		enum cgswap_cause cause;

		swap(session, chain, by_id(fixture.progs[0]), program);
		cause = cgswap_error_get_cause(cgswap_last_error());
		done += !cause;
		lost += !cause && !is_attached(&fixture, raw_prog_id(fixture.spare));
		gone += !is_attached(&fixture, raw_prog_id(fixture.progs[1]));
		odd += !may_be(cause);
		if (!may_be(cause) && odd <= MISSES_PRINTED)
			diag("%s: %s", cgswap_cause_get_name(cause),
			     cgswap_error_get_message(cgswap_last_error()));
		raw_detach(fixture.cgroup.fd, fixture.spare, EGRESS);
	}
	kill(manager, SIGKILL);
	waitpid(manager, NULL, 0);
	diag("%s: %u of %d swaps were done", name, done, rounds);
	ok(done > 0, "%s: some swaps are done", name);
	is_int(odd, 0, "%s: no swap fails because of the manager", name);
	is_int(lost, 0, "%s: the new program of each swap stays attached", name);
	is_int(gone, 0, "%s: no other program is detached", name);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	fixture_free(&fixture);
}

int main(int argc, char **argv)
{
	rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
	need_live();
	link_made_after(NULL);
	link_made_after(WITHOUT);
	by_a_link_before(NULL);
	by_a_link_before(WITHOUT);
	by_a_manager(NULL, "with all features");
	by_a_manager(WITHOUT, "without revisions");
	return done_testing();
}
