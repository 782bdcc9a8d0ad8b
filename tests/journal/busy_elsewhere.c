/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process in another pid namespace runs a transaction in the same state directory: it keeps others
 * out, and the error says that its number may be of that namespace, whatever process has it here.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static enum cgswap_status begin(cgswap_replace **out, cgswap_session *session)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };

	return cgswap_replace_new(out, session, &opts);
}

/* The first process of its namespace, so that its number there is 1. */
static void run_elsewhere(int ready)
{
	cgswap_replace *replace;
	char byte = 'f';

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getpid() == 1 && !begin(&replace, state_dir_session()))
		byte = 'r';
	if (write(ready, &byte, 1) == 1)
		pause();
	_exit(0);
}

/* Returns its number here. */
static pid_t start_elsewhere(void)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	if (pipe(ready))
		bail_out("no pipe");
	/* after unshare() this process could make no thread, as LeakSanitizer does at its end */
	pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid < 0)
		skip_all("no pid namespace: %s", strerror(errno));
	if (!pid)
		run_elsewhere(ready[1]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1 || byte != 'r')
		bail_out("no transaction in another pid namespace");
	close(ready[0]);
	return pid;
}

int main(void)
{
	cgswap_session *session;
	cgswap_replace *replace;
	pid_t pid;

	need_live();
	bpffs_private();
	state_dir();
	session = state_dir_session();
	pid = start_elsewhere();
	EXPECT_CAUSE(begin(&replace, session), TRANSACTION_BUSY, "a transaction beside it");
	expect_message("process 1 (");
	expect_message(" of another pid namespace, or a child that it left, has been running");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	expect_ok(begin(&replace, session), "a transaction after its end");
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
	return done_testing();
}
