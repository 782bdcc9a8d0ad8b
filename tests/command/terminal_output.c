/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control characters are escaped, and paths are never cut. Text that is wider than the terminal is cut, omitted or wrapped;
 * in a pipe nothing is cut, and sentences are wrapped at 80 columns.
 */
#include "../lib/command.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"
#include "../lib/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS = 76, NARROW = 50, PIPE = 80, SCREEN = 1 << 16 };

static int prog;

/* Creates a cgroup of any name, with one program. */
static struct scratch odd_cgroup(const struct scratch *parent, const char *name)
{
	struct scratch cgroup = scratch_child(parent, name);

	raw_attach(cgroup.fd, prog, EGRESS, RAW_MULTI);
	return cgroup;
}

/* Bytes that are not UTF-8 are there in hexadecimal too. */
static void check_hex(const json_t *json, const char *path, bool is_utf8)
{
	const char *hex = json_string_value(json_object_get(json, "cgroup_hex"));
	char wanted[1100], *to = wanted;

	for (; *path; path++)
		to += sprintf(to, "%02x", (unsigned char)*path);
	is_str(hex, is_utf8 ? NULL : wanted, "cgroup_hex has the bytes of the path");
}

static void check_name(const struct scratch *parent, const char *name, const char *shown,
		   const char *in_json)
{
	struct scratch cgroup = odd_cgroup(parent, name);
	struct command command = cgswap_run("show", cgroup.path, "egress", NULL);
	json_t *json;
	const char *path;

	is_int(command.status, 0, "show of %s", shown);
	has_str(command.out, shown, "the escaped name is shown");
	ok(!strstr(command.out, name), "the name is not printed as it is");
	command_free(&command);
	command = cgswap_run("tree", parent->path, NULL);
	has_str(command.out, shown, "tree shows the escaped name");
	ok(!strstr(command.out, name), "the name is not printed as it is");
	command_free(&command);
	command = cgswap_run("detach", cgroup.path, "egress", "absent", NULL);
	is_int(command.status, 1, "detach fails");
	has_str(command.err, shown, "its message has the escaped name");
	ok(!strstr(command.err, name), "its message does not have the name as it is");
	command_free(&command);

	command = cgswap_run("show", cgroup.path, "egress", "--json", NULL);
	json = command_json(&command);
	path = json_string_value(json_object_get(json, "cgroup"));
	is_str(path ? strrchr(path, '/') + 1 : NULL, in_json, "JSON has the name");
	check_hex(json, cgroup.path, !strcmp(name, in_json));
	json_decref(json);
	command_free(&command);
	scratch_remove(&cgroup);
	close(cgroup.fd);
}

static void names(void)
{
	struct scratch parent = scratch_new("names");

	check_name(&parent, "red\x1b[31m", "red\\x1b[31m", "red\x1b[31m");
	check_name(&parent, "no\xff\xfeutf8", "no\\xff\\xfeutf8", "no\\xff\\xfeutf8");
	check_name(&parent, "bell\a\x7f", "bell\\x07\\x7f", "bell\a\x7f");
	scratch_remove(&parent);
	close(parent.fd);
}

/* Writes what the command prints on a terminal of this width. */
static void on_terminal(char *screen, int columns, const char *const *argv)
{
	char *printed = terminal_run(columns, argv);

	snprintf(screen, SCREEN, "%s", printed);
	free(printed);
}

static bool fits(const char *screen, size_t columns)
{
	for (const char *line = screen; *line;) {
		size_t length = strcspn(line, "\r\n");

		if (length > columns) {
			diag("%zu columns: %.*s", length, (int)length, line);
			return false;
		}
		line += length + strspn(line + length, "\r\n");
	}
	return *screen;
}

/* The screen without the lines that are paths, which may be of any length. */
static const char *after_paths(char *screen)
{
	char *to = screen;

	for (const char *line = screen; *line;) {
		size_t length = strcspn(line, "\n") + 1;

		if (!line[length - 1])
			length--;
		if (!memchr(line, '/', length)) {
			memmove(to, line, length);
			to += length;
		}
		line += length;
	}
	*to = '\0';
	return screen;
}

/* Without a terminal lines with sentences have at most 80 columns. */
static void check_pipe(const char *const *words)
{
	struct command command = cgswap_run(words[0], words[1], NULL);

	ok(fits(command.out, PIPE), "%s %s in a pipe fits 80 columns", words[0],
	   words[1] ? words[1] : "");
	command_free(&command);
}

/* The lines of tree below the cgroup, in a locale. */
static struct command tree_in_locale(const char *locale, const struct scratch *cgroup)
{
	struct command command;

	setenv("LC_ALL", locale, 1);
	command = cgswap_run("tree", cgroup->path, NULL);
	setenv("LC_ALL", "C.UTF-8", 1);
	return command;
}

static void has_line(const char *text, const char *line, const char *name)
{
	char wanted[600];

	snprintf(wanted, sizeof(wanted), "\n%s\n", line);
	has_str(text, wanted, "%s", name);
}

/* The names of containers differ late, and may have characters of UTF-8. */
static void containers(void)
{
	struct scratch parent = scratch_new("containers"), first, second, cafe;
	struct command command;
	char name[128];

	snprintf(name, sizeof(name), "docker-%063d1.scope", 0);
	first = odd_cgroup(&parent, name);
	snprintf(name, sizeof(name), "docker-%063d2.scope", 0);
	second = odd_cgroup(&parent, name);
	cafe = odd_cgroup(&parent, "caf\xc3\xa9");
	command = tree_in_locale("C.UTF-8", &parent);
	has_line(command.out, first.path, "a name with 64 digits is shown");
	has_line(command.out, second.path, "so is one that differs in the last digit");
	has_line(command.out, cafe.path, "a character of UTF-8 is printed");
	command_free(&command);
	command = tree_in_locale("C", &parent);
	has_str(command.out, "caf\\xc3\\xa9\n", "and escaped in the locale C");
	command_free(&command);
	scratch_remove(&first);
	scratch_remove(&second);
	scratch_remove(&cafe);
	close(first.fd);
	close(second.fd);
	close(cafe.fd);
	scratch_remove(&parent);
	close(parent.fd);
}

static void check_width(void)
{
	static const char name[] = "a-cgroup-whose-name-is-much-wider-than-the-column-can-become";
	struct scratch parent = scratch_new("wide"), cgroup = odd_cgroup(&parent, name);
	char *program = build_path("tools/cgswap"), *screen = malloc(SCREEN);
	const char *tree[] = { program, "tree", parent.path, NULL };
	const char *show[] = { program, "show", cgroup.path, "egress", NULL };
	const char *features[] = { program, "features", NULL };
	const char *all[] = { program, "explain", NULL };
	const char *one[] = { program, "explain", "lost_race", NULL };
	const char *refusal[] = { program, "detach", cgroup.path, "egress", "absent", NULL };
	struct command command;

	if (!screen)
		bail_out("out of memory");
	if (!terminal_exists()) {
		skip("there are no pseudo terminals");
		goto out;
	}
	on_terminal(screen, COLUMNS, tree);
	has_str(screen, cgroup.path, "the path of the cgroup is not cut");
	ok(fits(after_paths(screen), COLUMNS), "tree fits the terminal");
	command = cgswap_run("tree", parent.path, NULL);
	has_str(command.out, name, "without a terminal the name is not cut");
	command_free(&command);
	on_terminal(screen, NARROW, show);
	ok(fits(screen + strcspn(screen, "\n"), NARROW), "a chain fits a narrower terminal");
	ok(!strstr(screen, "TAG"), "a spare column is omitted");
	on_terminal(screen, 2 * COLUMNS, show);
	ok(strstr(screen, "TAG") && strstr(screen, "UID"), "spare columns are shown on a wide terminal");
	on_terminal(screen, COLUMNS, features);
	ok(fits(screen, COLUMNS), "features fit the terminal");
	on_terminal(screen, COLUMNS, all);
	ok(fits(screen, COLUMNS), "the causes fit the terminal");
	on_terminal(screen, NARROW, one);
	ok(fits(screen, NARROW), "one cause fits a narrower terminal");
	on_terminal(screen, COLUMNS, refusal);
	has_str(screen, "cgswap: cause: not_attached (see `cgswap explain not_attached`)",
		"an error on a terminal names its cause");
	check_pipe(&all[1]);
	check_pipe(&one[1]);
out:
	free(screen);
	free(program);
	scratch_remove(&cgroup);
	close(cgroup.fd);
	close(parent.fd);
}

/*
 * An error is wrapped between words on a terminal, but not inside of quotes; in a pipe it is one line, and
 * its hint another.
 */
static void errors(void)
{
	char *program = build_path("tools/cgswap"), *screen = malloc(SCREEN);
	const char *refusal[] = { program, "detach", "web.slice", "egress", "absent", "--kernel", "model", NULL };
	const char *quoted[] = { program, "show", "a cgroup with blanks in a name that is longer than a line",
				 "--kernel", "model", NULL };
	struct command command = command_run(refusal);

	if (!screen)
		bail_out("out of memory");
	is_int(strcspn(strchr(command.err, '\n') + 1, "\n") + 1, strlen(strchr(command.err, '\n') + 1),
	       "in a pipe an error and its hint are two lines");
	command_free(&command);
	if (!terminal_exists()) {
		skip("there are no pseudo terminals");
		goto out;
	}
	on_terminal(screen, NARROW, refusal);
	ok(fits(screen, NARROW), "an error fits the terminal");
	has_str(screen, "attached to egress\nof", "a line ends between words");
	has_str(screen, "'/sys/fs/cgroup/web.slice'", "a path is not broken");
	has_str(screen, "`cgswap show`", "nor is a command");
	on_terminal(screen, NARROW, quoted);
	has_str(screen, "\n'/sys/fs/cgroup/a cgroup with blanks in a name that is longer than a line'\ndoes not",
		"nor is a text in quotes that does not fit");
out:
	free(screen);
	free(program);
}

int main(void)
{
	need_live();
	/* the widths of lines are counted in bytes */
	setenv("NO_COLOR", "1", 1);
	prog = prog_pass(EGRESS, "odd");
	names();
	containers();
	check_width();
	errors();
	return done_testing();
}
