/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * If standard output cannot be written, the command exits with 1, or with 3 if it changed something.
 * A line on stderr says which of the two happened.
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
#include <unistd.h>

static struct fixture fixture;

/* Runs the command by a shell, which redirects its standard output. */
static struct command run(const char *redirection, const char *options, const char *name,
			  const char *a, const char *b)
{
	char *program = build_path("tools/cgswap"), line[256];
	const char *argv[] = { "/bin/sh", "-c", line, program, name, fixture.cgroup.path, "egress",
			       a, b, NULL };
	struct command command;

	snprintf(line, sizeof(line), "exec \"$0\" %s \"$@\" %s", options, redirection);
	command = command_run(argv);
	free(program);
	return command;
}

static void check_failure(struct command command, int status, bool changed, const char *name)
{
	is_int(command.status, status, "%s: exit status", name);
	has_str(command.err, "cannot write to standard output", "%s: the message", name);
	ok(!strstr(command.err, "; the change was made") == !changed,
	   "%s: the message says whether a change was made", name);
	command_free(&command);
}

/* Commands that change nothing. */
static void check_no_change(const char *redirection, const char *options)
{
	char path[64];

	snprintf(path, sizeof(path), "%s %s", options, redirection);
	check_failure(run(redirection, options, "show", NULL, NULL), 1, false, path);
	check_failure(run(redirection, options, "detach", "absent", NULL), 1, false, path);
}

static void check_change(const char *redirection, const char *options)
{
	const int order[] = { fixture.progs[0], fixture.progs[1], fixture.progs[2], fixture.spare };
	const char *spare = by_id(fixture.spare), *first = by_id(fixture.progs[0]);
	const int swapped[] = { fixture.spare, fixture.progs[1], fixture.progs[2] };

	check_failure(run(redirection, options, "attach", spare, NULL), 3, true, "attach");
	chain_is(fixture.cgroup.fd, EGRESS, order, 4, "the program is attached");
	check_failure(run(redirection, options, "detach", spare, NULL), 3, true, "detach");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the program is detached");
	check_failure(run(redirection, options, "replace", first, spare), 3, true, "replace");
	chain_is(fixture.cgroup.fd, EGRESS, swapped, 3, "the program is replaced");
	check_failure(run(redirection, options, "replace", spare, first), 3, true, "replace back");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the chain is as before");
}

static void check_dry_run(const char *redirection, const char *options)
{
	char with[64];

	snprintf(with, sizeof(with), "--dry-run %s", options);
	check_failure(run(redirection, with, "attach", by_id(fixture.spare), NULL), 1, false, "attach --dry-run");
	check_failure(run(redirection, with, "detach", "pos:0", NULL), 1, false, "detach --dry-run");
	check_failure(run(redirection, with, "replace", "pos:0", by_id(fixture.spare)), 1, false,
		"replace --dry-run");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "nothing was changed");
}

/* A closed pipe ends a command that only shows, but does not hide a change. */
static void check_closed_pipe(void)
{
	struct command command;
	int ends[2];

	/* the pipe is standard input, so that the shell can redirect to it */
	if (pipe(ends) || dup2(ends[1], STDIN_FILENO))
		bail_out("cannot make a pipe: %s", strerror(errno));
	close(ends[0]);
	close(ends[1]);
	command = run(">&0", "", "show", NULL, NULL);
	is_int(command.status, -1, "SIGPIPE ends show");
	is_str(command.err, "", "nothing is on stderr");
	command_free(&command);
	check_change(">&0", "");
}

static void check_help(const char *redirection)
{
	check_failure(run(redirection, "--help", "attach", NULL, NULL), 1, false, "help");
}

int main(void)
{
	static const char *const redirections[] = { ">/dev/full", ">&-" };
	static const char *const options[] = { "", "--json" };

	need_live();
	fixture = fixture_new("unwritten", 3);
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < 2; j++) {
			check_change(redirections[i], options[j]);
			check_dry_run(redirections[i], options[j]);
		}
		check_no_change(redirections[i], "--json");
		check_help(redirections[i]);
	}
	check_closed_pipe();
	fixture_free(&fixture);
	return done_testing();
}
