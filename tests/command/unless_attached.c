/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `attach --unless-attached` does nothing if a program of the same name and tag is attached, and
 * attaches it otherwise, also if two commands run at once; if others go on changing the chain it gives up
 * as --retries and --retry-time say. --quiet prints nothing.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20 };

static struct scratch cgroup;

static void attaches(int program, const char *what, const char *said)
{
	struct command command = cgswap_run("attach", cgroup.path, "egress", by_id(program),
					    "--unless-attached", NULL);

	if (!is_int(command.status, 0, "%s: exits with 0", what))
		diag("%s", command.err);
	if (said)
		has_str(command.out, said, "it says so");
	command_free(&command);
}

/* Starts the command; its output goes nowhere. */
static pid_t start(const char *source)
{
	char *tool = build_path("tools/cgswap");
	pid_t pid = fork();

	if (pid < 0)
		bail_out("fork: %s", strerror(errno));
	if (!pid) {
		if (freopen("/dev/null", "w", stdout))
			execl(tool, tool, "attach", cgroup.path, "egress", source,
			      "--unless-attached", (char *)NULL);
		_exit(127);
	}
	free(tool);
	return pid;
}

static bool succeeds(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The same program, from a file: each command loads it with an id of its own. */
static void two_at_once(void)
{
	char *file = build_path("tests/bpf/object/one_program.bpf.o"), source[1100];
	unsigned done = 0, once = 0;

	snprintf(source, sizeof(source), "obj:%s", file);
	free(file);
	for (int i = 0; i < ROUNDS; i++) {
		pid_t one, other;
		struct raw_chain chain;

		cgroup = scratch_new("at_once");
		one = start(source);
		other = start(source);
		done += succeeds(one);
		done += succeeds(other);
		chain = chain_now(cgroup.fd, EGRESS);
		once += chain.count == 1;
		scratch_remove(&cgroup);
		close(cgroup.fd);
	}
	is_int(done, 2 * ROUNDS, "two commands at once succeed");
	is_int(once, ROUNDS, "and the program is attached once");
}

/* ---- a chain that changes before each attempt ------------------------------------------------- */

enum { PROG_ATTACH = 8, CHANGES_MOST = 40 };

static void change_chain(int program)
{
	if (raw_attach(cgroup.fd, program, EGRESS, RAW_MULTI) || raw_detach(cgroup.fd, program, EGRESS))
		bail_out("cannot change the chain");
}

/* Runs to the next system call's begin or end. Returns false at the end of the process. */
static bool next_call(pid_t pid, struct __ptrace_syscall_info *info, int *status)
{
	int signal_number = 0;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, signal_number) || waitpid(pid, status, 0) != pid)
			bail_out("ptrace: %s", strerror(errno));
		if (!WIFSTOPPED(*status))
			return false;
		signal_number = WSTOPSIG(*status);
		if (signal_number == (SIGTRAP | 0x80))
			break;
		if (signal_number == SIGTRAP)
			signal_number = 0;
	}
	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(*info), info) <= 0)
		bail_out("ptrace: %s", strerror(errno));
	return true;
}

/* Changes the chain before each attach of the process. Returns its exit status. */
static int run_disturbed(pid_t pid, int program)
{
	struct __ptrace_syscall_info info;
	int status, changes = 0;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL))
		bail_out("ptrace: %s", strerror(errno));
	while (next_call(pid, &info, &status))
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY && info.entry.nr == SYS_bpf &&
		    info.entry.args[0] == PROG_ATTACH && changes++ < CHANGES_MOST)
			change_chain(program);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void gives_up(const char *retries, const char *time, const char *attempts)
{
	char path[] = "/tmp/cgswap-test-errors-XXXXXX", said[4096] = "";
	char *tool = build_path("tools/cgswap");
	int other = prog_pass(EGRESS, "other"), file = mkstemp(path);
	const char *source = by_id(prog_pass(EGRESS, "late"));
	pid_t pid = fork();

	if (pid < 0 || file < 0)
		bail_out("fork: %s", strerror(errno));
	if (!pid) {
		/* the leak check of a sanitizer is one itself */
		setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
		if (dup2(file, STDERR_FILENO) >= 0 && freopen("/dev/null", "w", stdout) &&
		    !ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			execl(tool, tool, "attach", cgroup.path, "egress", source, "--unless-attached",
			      "--retries", retries, "--retry-time", time, (char *)NULL);
		_exit(127);
	}
	is_int(run_disturbed(pid, other), 1, "--retries %s --retry-time %s: it is refused", retries, time);
	if (pread(file, said, sizeof(said) - 1, 0) < 0)
		bail_out("cannot read %s", path);
	has_str(said, "changed during ", "the message says that the chain went on changing");
	has_str(said, attempts, "and how often it was tried");
	has_str(said, "--retry-time", "and the hint has the option");
	unlink(path);
	close(file);
	free(tool);
}

int main(void)
{
	int progs[3];
	struct command command;

	need_live();
	cgroup = scratch_new("unless");
	progs[0] = prog_pass(EGRESS, "fw");
	progs[1] = prog_egress_only("fw");
	progs[2] = prog_pass(EGRESS, "count");
	attaches(progs[0], "the first time", NULL);
	chain_is(cgroup.fd, EGRESS, progs, 1, "it is attached");
	attaches(progs[0], "the second time", "already attached: nothing was changed");
	attaches(prog_pass(EGRESS, "fw"), "the same program, loaded again", "already attached");
	chain_is(cgroup.fd, EGRESS, progs, 1, "nothing was changed");
	attaches(progs[1], "a program with another tag", NULL);
	attaches(progs[2], "a program with another name", NULL);
	chain_is(cgroup.fd, EGRESS, progs, 3, "all are attached");

	command = cgswap_run("detach", cgroup.path, "egress", "count", "--quiet", NULL);
	is_int(command.status, 0, "detach --quiet");
	is_str(command.out, "", "it prints nothing");
	is_str(command.err, "", "nor on stderr");
	command_free(&command);
	command = cgswap_run("detach", cgroup.path, "egress", "count", "--quiet", NULL);
	is_int(command.status, 1, "detach --quiet fails");
	has_str(command.err, "count", "an error is printed");
	command_free(&command);
	chain_is(cgroup.fd, EGRESS, progs, 2, "it was detached");
	if (kernel_has_revision()) {
		gives_up("0", "0ms", " changed during 1 attempt\n");
		gives_up("5", "0ms", " changed during each of 6 attempts\n");
		gives_up("3", "0ms", " changed during each of 4 attempts\n");
		chain_is(cgroup.fd, EGRESS, progs, 2, "nothing was attached");
	}
	scratch_remove(&cgroup);
	close(cgroup.fd);
	if (kernel_has_revision())
		two_at_once();
	return done_testing();
}
