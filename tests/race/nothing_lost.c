/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another process changes the chain without pause, but never the entry: of a thousand replaces,
 * attaches and detaches none is lost, since each is tried again until the retry time is over.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The time is long, so that a busy machine cannot exhaust it. */
enum { ROUNDS = 1000, RETRY_MS = 60000 };

static struct scratch cgroup;
static int old, new, other;

static pid_t start_writer(void)
{
	pid_t writer = fork();

	if (writer < 0)
		bail_out("no child");
	if (writer)
		return writer;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		raw_attach(cgroup.fd, other, EGRESS, RAW_MULTI);
		raw_detach(cgroup.fd, other, EGRESS);
	}
}

static cgswap_session *open_session(void)
{
	const struct cgswap_session_opts opts = {
		.sz = sizeof(opts),
		.scratch_cgroup = scratch_top(),
		.retry_time_ms = RETRY_MS,
	};
	cgswap_session *session;

	if (cgswap_session_open(&session, &opts))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	return session;
}

/* Swaps old for new and back in turn. */
static unsigned replaces_lost(cgswap_session *session, cgswap_chain *chain)
{
	cgswap_program *programs[] = { live_program(session, old), live_program(session, new) };
	int fds[] = { old, new };
	unsigned lost = 0;

	for (int i = 0; i < ROUNDS; i++)
		if (swap(session, chain, by_fd(fds[i % 2]), programs[(i + 1) % 2])) {
			diag("round %d: %s", i, cgswap_error_get_message(cgswap_last_error()));
			lost++;
			break;
		}
	cgswap_program_unref(programs[0]);
	cgswap_program_unref(programs[1]);
	return lost;
}

static unsigned changes_lost(cgswap_session *session, cgswap_chain *chain, int loose)
{
	struct cgswap_attach_opts first = { .sz = sizeof(first) };
	cgswap_program *program = live_program(session, loose);
	char anchor[32];
	unsigned lost = 0;

	snprintf(anchor, sizeof(anchor), "%s", by_fd(old));
	first.before = anchor;

	for (int i = 0; i < ROUNDS && !lost; i++) {
		lost += cgswap_chain_attach(chain, program, &first) != CGSWAP_OK;
		lost += !lost && cgswap_chain_detach(chain, by_fd(loose), NULL) != CGSWAP_OK;
		if (lost)
			diag("round %d: %s", i, cgswap_error_get_message(cgswap_last_error()));
	}
	cgswap_program_unref(program);
	return lost;
}

int main(void)
{
	cgswap_session *session;
	cgswap_chain *chain;
	pid_t writer;
	int loose;

	need_live();
	need_flags(RAW_BEFORE, "BPF_F_BEFORE");
	cgroup = scratch_new("busy");
	scratch_bystander(EGRESS);
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	other = prog_pass(EGRESS, "other");
	loose = prog_pass(EGRESS, "loose");
	raw_attach(cgroup.fd, old, EGRESS, RAW_MULTI);
	session = open_session();
	chain = live_chain(session, cgroup.path, "egress");
	writer = start_writer();
	is_int(replaces_lost(session, chain), 0, "%d replaces: none is lost", ROUNDS);
	is_int(changes_lost(session, chain, loose), 0, "%d attaches and detaches: none is lost", ROUNDS);
	kill(writer, SIGKILL);
	waitpid(writer, NULL, 0);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	raw_close(old);
	raw_close(new);
	raw_close(other);
	raw_close(loose);
	return done_testing();
}
