/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without --json: tables that fit a terminal, refusals on stderr with their remedy, help for
 * each command, and wrong usage as exit status 2.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TERMINAL = 80 };

static const char *const commands[] = { "show", "tree", "attach", "detach", "replace", "inspect",
					"features", "explain" };

static struct fixture fixture;

static bool holds(const char *line, size_t length, const char *part)
{
	const char *found = strstr(line, part);

	return found && found < line + length;
}

/* A line that tells a cgroup's path is as long as the path wants. */
static bool fits_terminal(const char *text)
{
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");

		if (length > TERMINAL && !holds(line, length, fixture.cgroup.path)) {
			diag("%zu characters: %.*s", length, (int)length, line);
			return false;
		}
		line += length + (line[length] == '\n');
	}
	return true;
}

static void help(void)
{
	struct command command = cgswap_run("--help", NULL);

	is_int(command.status, 0, "--help exits with 0");
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		has_str(command.out, commands[i], "--help names %s", commands[i]);
	is_str(command.err, "", "and complains of nothing");
	command_free(&command);

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		command = cgswap_run(commands[i], "--help", NULL);
		is_int(command.status, 0, "%s --help exits with 0", commands[i]);
		has_str(command.out, commands[i], "and tells of it");
		ok(fits_terminal(command.out), "in lines that fit");
		command_free(&command);
	}
	command = cgswap_run("--version", NULL);
	is_int(command.status, 0, "--version exits with 0");
	has_str(command.out, cgswap_version(), "and tells it");
	command_free(&command);
}

static void wrong(const char *what, const char *a, const char *b, const char *c, const char *d,
		  const char *e)
{
	struct command command = cgswap_run(a, b, c, d, e, NULL);

	is_int(command.status, 2, "%s: wrong usage", what);
	ok(command.err[0], "%s: said on stderr", what);
	is_str(command.out, "", "%s: nothing on stdout", what);
	command_free(&command);
}

static void wrong_usage(void)
{
	const char *path = fixture.cgroup.path;
	struct command command = cgswap_run(NULL, NULL);

	is_int(command.status, 2, "no command at all: wrong usage");
	command_free(&command);
	wrong("an unknown command", "swap", NULL, NULL, NULL, NULL);
	wrong("an unknown option", "show", "--fast", path, NULL, NULL);
	wrong("another command's option", "attach", "--drain", path, "egress", "id:1");
	wrong("too few for inspect", "inspect", NULL, NULL, NULL, NULL);
	wrong("too few arguments", "show", NULL, NULL, NULL, NULL);
	wrong("too few for replace", "replace", path, "egress", "p0", NULL);
	wrong("too many arguments", "show", path, "egress", "more", NULL);
	wrong("a mode that is none", "attach", "--mode=some", path, "egress", "id:1");
	wrong("a revision that is no number", "detach", "--expected-revision=x", path, "egress", "p0");
	wrong("an unknown cause", "explain", "bad_luck", NULL, NULL, NULL);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "nothing was changed");
}

static void tables(void)
{
	struct command command = cgswap_run("show", fixture.cgroup.path, "egress", NULL);

	is_int(command.status, 0, "show");
	for (int i = 0; i < 3; i++)
		has_str(command.out, by_id(fixture.progs[i]) + strlen("id:"), "entry %d is listed", i);
	has_str(command.out, "p2", "with its name");
	ok(fits_terminal(command.out), "in lines that fit");
	is_str(command.err, "", "and nothing on stderr");
	command_free(&command);

	command = cgswap_run("tree", fixture.cgroup.path, NULL);
	is_int(command.status, 0, "tree");
	has_str(command.out, "egress", "names the hook");
	command_free(&command);
	command = cgswap_run("features", NULL);
	is_int(command.status, 0, "features");
	has_str(command.out, "preorder", "lists them");
	command_free(&command);
	command = cgswap_run("explain", "held_by_link", NULL);
	is_int(command.status, 0, "explain");
	has_str(command.out, "link", "explains");
	command_free(&command);
}

static void refusal(void)
{
	struct command command = cgswap_run("detach", fixture.cgroup.path, "egress", "nobody", NULL);

	is_int(command.status, 1, "a refusal exits with 1");
	is_str(command.out, "", "says nothing on stdout");
	has_str(command.err, "nobody", "says what was wanted");
	command_free(&command);
}

static void change(void)
{
	char *object = build_path("tests/bpf/object/one_program.bpf.o"), revision[32];
	uint64_t now = fixture_chain(&fixture).revision;
	struct command command;

	snprintf(revision, sizeof(revision), "--expected-revision=%llu", (unsigned long long)now + 5);
	if (kernel_has_revision()) {
		command = cgswap_run("replace", revision, fixture.cgroup.path, "egress", "p1", object,
				     NULL);
		is_int(command.status, 1, "replace at another revision is refused");
		has_str(command.err, "revision", "for that reason");
		command_free(&command);
		snprintf(revision, sizeof(revision), "--expected-revision=%llu", (unsigned long long)now);
	} else {
		snprintf(revision, sizeof(revision), "--");
	}
	command = cgswap_run("replace", revision, fixture.cgroup.path, "egress", "p1", object, NULL);
	is_int(command.status, 0, "replace");
	has_str(command.out, "count_all", "tells the new name");
	has_str(command.out, "fresh", "and that its map starts fresh");
	command_free(&command);
	command = cgswap_run("replace", "--no-verify", fixture.cgroup.path, "egress", "count_all",
			     by_id(fixture.progs[1]), NULL);
	is_int(command.status, 0, "replace without looking");
	command_free(&command);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the old one is back");
	free(object);
}

int main(void)
{
	need_live();
	fixture = fixture_new("command", 3);
	help();
	wrong_usage();
	tables();
	refusal();
	change();
	fixture_free(&fixture);
	return done_testing();
}
