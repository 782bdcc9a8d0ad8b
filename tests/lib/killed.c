/* SPDX-License-Identifier: BSD-2-Clause */
#include "killed.h"

#include "live.h"
#include "state_dir.h"
#include "tap.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

void killed_from_here(void)
{
	raise(SIGSTOP);
}

void killed_not_here(void)
{
	raise(SIGSTOP);
}

void killed_needs(enum cgswap_status status)
{
	const cgswap_error *error = cgswap_last_error();

	if (!status)
		return;
	diag("%s: %s", cgswap_error_get_operation(error), cgswap_error_get_message(error));
	_exit(3);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			bail_out("waitpid: %s", strerror(errno));
	return status;
}

/* Lets the child run to its next stop; signal is passed on. */
static int go_on(pid_t pid, int signal)
{
	if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)signal))
		bail_out("ptrace: %s", strerror(errno));
	return wait_for(pid);
}

static void child(void (*fn)(void *user), void *user)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(2);
	fn(user);
	_exit(0);
}

/*
 * Each stop passes control from one process to the other and back, which on one CPU takes a
 * fraction of the time. Returns the CPUs that were allowed.
 */
static cpu_set_t stay_on_cpu(void)
{
	int cpu = sched_getcpu();
	cpu_set_t before, one;

	CPU_ZERO(&before);
	CPU_ZERO(&one);
	sched_getaffinity(0, sizeof(before), &before);
	if (cpu >= 0 && cpu < CPU_SETSIZE) {
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
	}
	return before;
}

bool killed_at(unsigned stop, void (*fn)(void *user), void *user, unsigned *stops)
{
	cpu_set_t before = stay_on_cpu();
	bool counts = true;
	unsigned count = 0;
	int status;
	pid_t pid = fork();

	if (pid < 0)
		bail_out("fork: %s", strerror(errno));
	if (!pid)
		child(fn, user);
	status = wait_for(pid);
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGSTOP)
		bail_out("the child failed before it began: status %d", status);
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL,
		   (void *)(long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)))
		bail_out("ptrace: %s", strerror(errno));
	/* the call that stopped it returns */
	status = go_on(pid, 0);
	while (WIFSTOPPED(status)) {
		bool at_call = WSTOPSIG(status) == (SIGTRAP | 0x80);

		counts ^= WSTOPSIG(status) == SIGSTOP;
		count += at_call && counts;
		if (at_call && counts && count == stop) {
			kill(pid, SIGKILL);
			status = wait_for(pid);
			break;
		}
		status = go_on(pid, at_call || WSTOPSIG(status) == SIGSTOP ? 0 : WSTOPSIG(status));
	}
	sched_setaffinity(0, sizeof(before), &before);
	if (stops)
		*stops = count;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return true;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		bail_out("the child failed: status %d", status);
	return false;
}

unsigned killed_every(int argc, char **argv, unsigned by_default)
{
	unsigned every = by_default;

	if (argc > 1)
		every = strcmp(argv[1], "--all") ? (unsigned)strtoul(argv[1], NULL, 10) : 1;
	if (!every)
		bail_out("'%s' is not a number of stops", argv[1]);
	return every;
}

int killed_after_steps(size_t done, size_t total, void *user)
{
	(void)total;
	if (user && done == *(size_t *)user)
		kill(getpid(), SIGKILL);
	return 0;
}

static void must(enum cgswap_status status)
{
	if (status)
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
}

uint64_t killed_replace(cgswap_session *session, const struct scratch *cgroups, size_t count, int fd,
			size_t *dies_after)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1, .keep_old = 1 };
	const struct cgswap_commit_opts commit = { .sz = sizeof(commit),
						   .progress = killed_after_steps,
						   .user = dies_after };
	cgswap_program *program = live_program(session, fd);
	cgswap_replace *replace;
	uint64_t id;

	must(cgswap_replace_new(&replace, session, &opts));
	for (size_t i = 0; i < count; i++) {
		cgswap_chain *chain = live_chain(session, cgroups[i].path, "egress");

		must(cgswap_replace_add(replace, chain, "name:old", program, NULL));
		cgswap_chain_unref(chain);
	}
	must(cgswap_replace_commit(replace, &commit));
	id = cgswap_replace_get_id(replace);
	cgswap_program_unref(program);
	cgswap_replace_unref(replace);
	return id;
}

void killed_child(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		bail_out("the child was not killed");
}

void killed_replace_once(const struct scratch *cgroups, size_t count, int fd)
{
	size_t steps = 1;
	pid_t pid = fork();

	if (!pid) {
		killed_replace(state_dir_session(), cgroups, count, fd, &steps);
		_exit(1);
	}
	killed_child(pid);
}
