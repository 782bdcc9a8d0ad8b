/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `attach --unless-attached` does nothing if a program of the same name and tag is attached, and
 * attaches it otherwise, also if two commands run at once. --quiet prints nothing.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	scratch_remove(&cgroup);
	close(cgroup.fd);
	if (kernel_has_revision())
		two_at_once();
	return done_testing();
}
