/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Output without --json: tables that fit a terminal, errors on stderr with a hint, the usage of each
 * command in the order of the manual page, and exit status 2 for wrong usage.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TERMINAL = 80, SCREEN_LINES = 24, MANUAL_SIZE = 1 << 16 };

static const char *const commands[] = { "show", "tree", "attach", "detach", "replace", "inspect", "find", "clean",
					"features", "explain", "recover", "forget",
					"history", "types", "help" };

static struct fixture fixture;

static bool line_has(const char *line, size_t length, const char *part)
{
	const char *found = strstr(line, part);

	return found && found < line + length;
}

/* A line with the path of a cgroup may be longer. */
static bool fits_terminal(const char *text)
{
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");

		if (length > TERMINAL && !line_has(line, length, fixture.cgroup.path)) {
			diag("%zu characters: %.*s", length, (int)length, line);
			return false;
		}
		line += length + (line[length] == '\n');
	}
	return true;
}

static size_t line_count(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static void help_of(const char *name)
{
	struct command command = cgswap_run(name, "--help", NULL);

	is_int(command.status, 0, "%s --help exits with 0", name);
	has_str(command.out, name, "the usage names the command");
	ok(fits_terminal(command.out), "the lines fit a terminal");
	ok(line_count(command.out) <= SCREEN_LINES, "they fit a screen");
	has_str(command.out, "\nExample: cgswap ", "there is an example");
	command_free(&command);
}

static void help(void)
{
	struct command command = cgswap_run("--help", NULL);

	is_int(command.status, 0, "--help exits with 0");
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		has_str(command.out, commands[i], "--help names %s", commands[i]);
	is_str(command.err, "", "nothing is on stderr");
	command_free(&command);

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		help_of(commands[i]);
	/* its usage mentions an option of another command */
	help_of("undo");
	command = cgswap_run("--version", NULL);
	is_int(command.status, 0, "--version exits with 0");
	has_str(command.out, cgswap_version(), "it prints the version");
	command_free(&command);
}

static void wrong(const char *name, const char *a, const char *b, const char *c, const char *d,
		  const char *e)
{
	struct command command = cgswap_run(a, b, c, d, e, NULL);

	is_int(command.status, 2, "%s: wrong usage", name);
	ok(command.err[0], "%s: the error is on stderr", name);
	is_str(command.out, "", "%s: nothing on stdout", name);
	command_free(&command);
}

static void wrong_usage(void)
{
	const char *path = fixture.cgroup.path;
	struct command command = cgswap_run(NULL, NULL);

	is_int(command.status, 2, "no command: wrong usage");
	command_free(&command);
	wrong("an unknown command", "swap", NULL, NULL, NULL, NULL);
	wrong("an unknown option", "show", "--fast", path, NULL, NULL);
	wrong("another command's option", "attach", "--drain", path, "egress", "id:1");
	wrong("too few arguments for inspect", "inspect", NULL, NULL, NULL, NULL);
	wrong("too few arguments for show", "show", NULL, NULL, NULL, NULL);
	wrong("too few arguments for replace", "replace", path, "egress", "p0", NULL);
	wrong("too many arguments", "show", path, "egress", "more", NULL);
	wrong("an unknown mode", "attach", "--mode=some", path, "egress", "id:1");
	wrong("a revision that is not a number", "detach", "--expected-revision=x", path, "egress", "p0");
	wrong("an unknown cause", "explain", "bad_luck", NULL, NULL, NULL);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "nothing was changed");
}

static void tables(void)
{
	struct command command = cgswap_run("show", fixture.cgroup.path, "egress", NULL);

	is_int(command.status, 0, "show");
	for (int i = 0; i < 3; i++)
		has_str(command.out, by_id(fixture.progs[i]) + strlen("id:"), "entry %d is listed", i);
	has_str(command.out, "p2", "the name is shown");
	ok(fits_terminal(command.out), "the lines fit a terminal");
	is_str(command.err, "", "nothing is on stderr");
	command_free(&command);

	command = cgswap_run("tree", fixture.cgroup.path, NULL);
	is_int(command.status, 0, "tree");
	has_str(command.out, "egress", "the attach type is shown");
	command_free(&command);
	command = cgswap_run("features", NULL);
	is_int(command.status, 0, "features");
	has_str(command.out, "preorder", "a feature is listed");
	command_free(&command);
	command = cgswap_run("explain", "held_by_link", NULL);
	is_int(command.status, 0, "explain");
	has_str(command.out, "link", "the cause is explained");
	command_free(&command);
}

static void error(void)
{
	struct command command = cgswap_run("detach", fixture.cgroup.path, "egress", "absent", NULL);

	is_int(command.status, 1, "an error exits with 1");
	is_str(command.out, "", "nothing is on stdout");
	ok(!strncmp(command.err, "cgswap: detach: ", strlen("cgswap: detach: ")),
	   "the message begins with the command");
	has_str(command.err, "\ncgswap: hint: ", "the hint is on a line of its own");
	has_str(command.err, "absent", "the message names the selector");
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
		is_int(command.status, 1, "replace at another revision fails");
		has_str(command.err, "revision", "the message names the revision");
		command_free(&command);
		snprintf(revision, sizeof(revision), "--expected-revision=%llu", (unsigned long long)now);
	} else {
		snprintf(revision, sizeof(revision), "--");
	}
	command = cgswap_run("replace", revision, fixture.cgroup.path, "egress", "p1", object, NULL);
	is_int(command.status, 0, "replace");
	has_str(command.out, "count_all", "the new name is shown");
	has_str(command.out, "new", "its map is shown as new");
	command_free(&command);
	command = cgswap_run("replace", "--no-verify", fixture.cgroup.path, "egress", "count_all",
			     by_id(fixture.progs[1]), NULL);
	is_int(command.status, 0, "replace --no-verify");
	command_free(&command);
	chain_is(fixture.cgroup.fd, EGRESS, fixture.progs, 3, "the old program is back");
	free(object);
}

static bool line_begins_with(const char *text, const char *at, const char *beginning)
{
	while (at > text && at[-1] != '\n')
		at--;
	return !strncmp(at, beginning, strlen(beginning));
}

/* Writes the options of a text in their order, as "--first --last ". */
static void list_options(char *list, size_t size, const char *text, const char *end,
			 const char *before)
{
	size_t used = 0;

	list[0] = '\0';
	for (text = strstr(text, before); text && text < end; text = strstr(text, before)) {
		text += strlen(before);
		used += snprintf(list + used, size - used, "--%.*s ",
				 (int)strspn(text, "abcdefghijklmnopqrstuvwxyz-"), text);
	}
}

/* Appends the options in all forms of the command that the manual has in its synopsis. */
static void list_synopses(char *list, size_t size, const char *manual, const char *name)
{
	char heading[64];
	const char *begin;
	size_t used = 0;

	list[0] = '\0';
	snprintf(heading, sizeof(heading), "\n.Nm\n.Cm %s\n", name);
	for (begin = strstr(manual, heading); begin; begin = strstr(begin, heading)) {
		begin += strlen(heading) - 1; /* its newline may begin the next */
		list_options(list + used, size - used, begin, strstr(begin, "\n.Nm"), "Fl Fl ");
		used = strlen(list);
	}
}

static bool contains_all(const char *list, const char *wanted, const char *others)
{
	for (const char *word = wanted; *word; word += strcspn(word, " ") + 1) {
		char option[64];

		snprintf(option, sizeof(option), "%.*s ", (int)strcspn(word, " "), word);
		if (!strstr(list, option) && !strstr(others, option)) {
			diag("not listed: %s", option);
			return false;
		}
	}
	return true;
}

/* The usage and the synopsis in the manual have the same options, besides those of all commands. */
static void check_synopsis(const char *manual, const char *name)
{
	static const char everywhere[] = "--json --quiet --kernel --scratch-cgroup --retry-time "
					 "--retries --help --version ";
	struct command command = cgswap_run(name, "--help", NULL);
	const char *example = strstr(command.out, "\nExample: ");
	char in_usage[1024], in_manual[1024], heading[64];

	snprintf(heading, sizeof(heading), "\n.Nm\n.Cm %s\n", name);
	ok(strstr(manual, heading) != NULL, "the manual has a synopsis of %s", name);
	list_options(in_usage, sizeof(in_usage), command.out, example, "--");
	list_synopses(in_manual, sizeof(in_manual), manual, name);
	ok(contains_all(in_usage, in_manual, ""), "%s: --help has the options of the manual", name);
	ok(contains_all(in_manual, in_usage, everywhere), "%s: the manual has those of --help", name);
	command_free(&command);
}

/* The list of options in the manual has the order of the lists in --help. */
static void check_option_list(const char *manual, const char *name)
{
	struct command command = cgswap_run(name, "--help", NULL);
	const char *list = strstr(manual, "\n.Ss Options\n"), *end = strstr(list, "\n.Ss Cgroups");
	const char *at = list, *line = command.out;

	for (line = strstr(line, "\n  -"); line; line = strstr(line + 1, "\n  -")) {
		const char *option = strstr(line, "--") + strlen("--");
		char item[64];

		snprintf(item, sizeof(item), "Fl Fl %.*s",
			 (int)strspn(option, "abcdefghijklmnopqrstuvwxyz-"), option);
		while (at && at < end) {
			at = strstr(at + 1, item);
			/* an item of the list, not a mention of the option */
			if (at && line_begins_with(manual, at, ".It ") &&
			    strchr(" \n", at[strlen(item)]))
				break;
		}
		if (!ok(at && at < end, "%s: the manual lists %s in the order of --help", name, item))
			break;
	}
	command_free(&command);
}

static void manual(void)
{
	char *path = source_path("man/cgswap.8"), *text = malloc(MANUAL_SIZE);
	FILE *file = fopen(path, "r");
	size_t size = file && text ? fread(text, 1, MANUAL_SIZE - 1, file) : 0;

	if (!size)
		bail_out("cannot read %s", path);
	fclose(file);
	text[size] = '\0';
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		check_synopsis(text, commands[i]);
		check_option_list(text, commands[i]);
	}
	free(text);
	free(path);
}

int main(void)
{
	need_live();
	fixture = fixture_new("command", 3);
	help();
	manual();
	wrong_usage();
	tables();
	error();
	change();
	fixture_free(&fixture);
	return done_testing();
}
