/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Output that is lost is no success: exit status 1, and 3 where something was changed, with a
 * line on stderr that says which of the two it was.
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

/* Runs the command with its standard output where the shell is told to put it. */
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

static void is_lost(struct command command, int status, bool changed, const char *name)
{
	is_int(command.status, status, "%s: exit status", name);
	has_str(command.err, "cannot write to standard output", "%s: why", name);
	ok(!strstr(command.err, "; the change was made") == !changed,
	   "%s: whether a change was made", name);
	command_free(&command);
}

/* By turns the same is lost as text and as JSON, on a full device and on no descriptor at all. */
static void each_way(const char *redirection, const char *options)
{
	char path[64];

	snprintf(path, sizeof(path), "%s %s", options, redirection);
	is_lost(run(redirection, options, "show", NULL, NULL), 1, false, path);
	is_lost(run(redirection, options, "detach", "nobody", NULL), 1, false, path);
}

static void a_change(const char *redirection, const char *options)
{
	const int order[] = { fixture.progs[0], fixture.progs[1], fixture.progs[2], fixture.spare };
	const char *spare = by_id(fixture.spare), *first = by_id(fixture.progs[0]);
	const int swapped[] = { fixture.spare, fixture.progs[1], fixture.progs[2] };

	is_lost(run(redirection, options, "attach", spare, NULL), 3, true, "attach");
	chain_is(fixture.cgroup.fd, EGRESS, order, 4, "it was attached");
	is_lost(run(redirection, options, "detach", spare, NULL), 3, true, "detach");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "it was detached");
	is_lost(run(redirection, options, "replace", first, spare), 3, true, "replace");
	chain_is(fixture.cgroup.fd, EGRESS, swapped, 3, "it was replaced");
	is_lost(run(redirection, options, "replace", spare, first), 3, true, "and back");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "as before");
}

static void dry(const char *redirection, const char *options)
{
	char with[64];

	snprintf(with, sizeof(with), "--dry-run %s", options);
	is_lost(run(redirection, with, "attach", by_id(fixture.spare), NULL), 1, false, "dry attach");
	is_lost(run(redirection, with, "detach", "pos:0", NULL), 1, false, "dry detach");
	is_lost(run(redirection, with, "replace", "pos:0", by_id(fixture.spare)), 1, false,
		"dry replace");
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "nothing was changed");
}

/* A reader that went away ends what only shows, but does not hide that something was changed. */
static void a_reader_that_went_away(void)
{
	struct command command;
	int ends[2];

	/* the shell reaches it as standard input, which nobody here reads */
	if (pipe(ends) || dup2(ends[1], STDIN_FILENO))
		bail_out("no pipe: %s", strerror(errno));
	close(ends[0]);
	close(ends[1]);
	command = run(">&0", "", "show", NULL, NULL);
	is_int(command.status, -1, "show is ended by the signal");
	is_str(command.err, "", "and complains of nothing");
	command_free(&command);
	a_change(">&0", "");
}

static void help(const char *redirection)
{
	is_lost(run(redirection, "--help", "attach", NULL, NULL), 1, false, "help");
}

int main(void)
{
	static const char *const lost[] = { ">/dev/full", ">&-" };
	static const char *const options[] = { "", "--json" };

	need_live();
	fixture = fixture_new("unwritten", 3);
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < 2; j++) {
			a_change(lost[i], options[j]);
			dry(lost[i], options[j]);
		}
		each_way(lost[i], "--json");
		help(lost[i]);
	}
	a_reader_that_went_away();
	fixture_free(&fixture);
	return done_testing();
}
