/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The output for people, in a pipe and on terminals of 120, 80 and 40 columns, is that of the files in
 * golden/. A dumb terminal, NO_COLOR and the locale C change nothing but the escape sequences. The
 * simulated kernel prints the same everywhere. `GOLDEN=update` writes the files: read them.
 *
 * In the files a line that ends with a backslash goes on at the edge of the terminal. Only colors.txt
 * has the escape sequences, with ^[ for the escape character.
 */
#include "../lib/command.h"
#include "../lib/live.h"
#include "../lib/tap.h"
#include "../lib/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS = 24, TEXT = 1 << 18 };

/* Its code is too short for compilers to differ. */
#define SHORT "tests/bpf/command/short.bpf.o"
#define OBJECT "tests/bpf/command/fw.bpf.o"

static const struct screen {
	const char *name; /* the name of its file */
	const char *line;
} screens[] = {
	{ "show", "show system.slice" },
	{ "show-effective", "show web.slice/app.service egress --effective" },
	{ "tree", "tree" },
	{ "tree-effective", "tree system.slice --effective" },
	{ "types", "types" },
	{ "features", "features" },
	{ "find", "find name:resolve" },
	{ "inspect", "inspect " SHORT },
	{ "attach", "attach web.slice/app.service egress pin:/sys/fs/bpf/fw2 --first" },
	{ "replace", "replace web.slice egress fw " OBJECT " --constant limit=9" },
	{ "replace-dry-run", "replace web.slice egress fw " OBJECT " --dry-run" },
	{ "replace-object", "replace web.slice " OBJECT },
	{ "replace-recursive", "replace /sys/fs/cgroup egress fw " OBJECT
			       " --recursive --dry-run --constant limit=9" },
	{ "replace-refused", "replace egress fw " OBJECT " --cgroup web.slice --cgroup none"
			     " --cgroup web.slice/app.service --no-journal --dry-run" },
	{ "refusal", "detach web.slice egress fw9" },
	{ "explain", "explain not_attached" },
	{ "help", "help replace" },
	{ "help-all", "--help" },
};

static char *program;

/* Splits the line into words after those that name the command. Returns the copy that holds them. */
static char *split(const char *argv[WORDS], const char *line)
{
	char *copy = strdup(line), *rest = copy, *word;
	size_t count = 0;

	if (!copy)
		bail_out("out of memory");
	argv[count++] = program;
	argv[count++] = "--kernel=model";
	while ((word = strsep(&rest, " ")))
		argv[count++] = word;
	argv[count] = NULL;
	return copy;
}

static char *run_on_terminal(int columns, const char *line)
{
	const char *argv[WORDS];
	char *copy = split(argv, line), *screen = terminal_run(columns, argv);

	free(copy);
	return screen;
}

static void drop_escapes(char *text)
{
	char *to = text;

	for (const char *c = text; *c; c++) {
		if (*c == '\033')
			c += strcspn(c, "m");
		else
			*to++ = *c;
	}
	*to = '\0';
}

/* The text as a terminal folds it. */
static char *fold(const char *text, int columns)
{
	char *folded = malloc(TEXT), *to = folded;
	int column = 0;

	if (!folded)
		bail_out("out of memory");
	for (const char *c = text; *c; c++) {
		if (*c != '\n' && column == columns) {
			to = stpcpy(to, "\\\n");
			column = 0;
		}
		*to++ = *c;
		column = *c == '\n' ? 0 : column + 1;
	}
	*to = '\0';
	return folded;
}

static char *run_in_pipe(const char *line)
{
	const char *argv[WORDS];
	char *copy = split(argv, line), *text;
	struct command command = command_run(argv);

	if (asprintf(&text, "%s%s", command.out, command.err) < 0)
		bail_out("out of memory");
	command_free(&command);
	free(copy);
	return text;
}

static char *run_at(int columns, const char *line)
{
	char *screen, *folded;

	if (!columns)
		return run_in_pipe(line);
	screen = run_on_terminal(columns, line);
	drop_escapes(screen);
	folded = fold(screen, columns);
	free(screen);
	return folded;
}

/* Writes the output of each width, or that it is that of the one before. */
static void write_screens(FILE *file, const char *line)
{
	static const int widths[] = { 0, 120, 80, 40 };
	char *before = NULL;

	fprintf(file, "$ cgswap %s\n", line);
	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		char *text = run_at(widths[i], line);
		bool same = before && strcmp(before, text) == 0;

		fprintf(file, i ? "\n---- %d columns%s\n" : "\n---- in a pipe\n", widths[i],
			same ? ": the same" : "");
		if (!same)
			fputs(text, file);
		free(before);
		before = text;
	}
	free(before);
}

/* Writes the escape sequences of a terminal. */
static void write_colors(FILE *file, const char *line)
{
	char *screen = run_on_terminal(80, line);

	fprintf(file, "$ cgswap %s\n", line);
	for (const char *c = screen; *c; c++)
		fputs(*c == '\033' ? "^[" : (char[]){ *c, '\0' }, file);
	free(screen);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, TEXT);

	if (!text)
		bail_out("out of memory");
	if (!file || !fread(text, 1, TEXT - 1, file))
		diag("cannot read %s", path);
	if (file)
		fclose(file);
	return text;
}

static void check_file(const char *name, const char *line,
		       void (*write)(FILE *file, const char *line))
{
	char below[128], *path, *golden, *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		bail_out("out of memory");
	write(file, line);
	fclose(file);
	snprintf(below, sizeof(below), "tests/command/golden/%s.txt", name);
	path = source_path(below);
	if (getenv("GOLDEN")) {
		file = fopen(path, "w");
		if (!file || fputs(text, file) < 0 || fclose(file))
			bail_out("cannot write %s: %s", path, strerror(errno));
	}
	golden = read_file(path);
	is_str(text, golden, "%s: %s", name, line);
	free(golden);
	free(path);
	free(text);
}

/* Compares the output under a variable with that on a usual terminal. */
static void check_variable(const char *name, const char *value, bool has_escapes, const char *line)
{
	char *old = strdup(getenv(name) ? getenv(name) : ""), *screen, *usual;

	usual = run_on_terminal(80, line);
	setenv(name, value, 1);
	screen = run_on_terminal(80, line);
	if (*old)
		setenv(name, old, 1);
	else
		unsetenv(name);
	if (!has_escapes) {
		ok(!strchr(screen, '\033'), "%s=%s: %s has no escape sequences", name, value, line);
		drop_escapes(usual);
	}
	is_str(screen, usual, "%s=%s: %s has the same text", name, value, line);
	free(old);
	free(usual);
	free(screen);
}

int main(void)
{
	char *build = build_path(".");

	program = build_path("tools/cgswap");
	if (access(program, X_OK))
		skip_all("the command is not built");
	if (chdir(build))
		bail_out("cannot enter %s: %s", build, strerror(errno));
	if (access(OBJECT, R_OK))
		skip_all("no clang for BPF");
	if (!terminal_exists())
		skip_all("there are no pseudo terminals");
	unsetenv("NO_COLOR");
	unsetenv("COLUMNS");
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	for (size_t i = 0; i < sizeof(screens) / sizeof(*screens); i++) {
		check_file(screens[i].name, screens[i].line, write_screens);
		check_variable("TERM", "dumb", false, screens[i].line);
		check_variable("NO_COLOR", "1", false, screens[i].line);
		check_variable("LC_ALL", "C", true, screens[i].line);
	}
	check_file("colors", "tree", write_colors);
	free(build);
	free(program);
	return done_testing();
}
