/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A transaction in many cgroups that is taken back, as people see it. The report of the replace has the
 * whole command that takes it back, on a line of its own; an undo lists only the entries that it left
 * alone; the command line of the other process is escaped and wrapped; a history fits the terminal and
 * cuts no id. Where each cgroup has programs of its own, they and the history of them have few rows, and
 * say how many are left out. A list without cgroups and a bar on a narrow terminal say what there is to say.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/command.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"
#include "../lib/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CGROUPS = 24, WORDS = 32 };

static struct scratch top, cgroup[CGROUPS];
static int old, new;

static void build(void)
{
	char name[8];

	top = scratch_new("undo-many");
	old = prog_pass(EGRESS, "old");
	new = prog_pass(EGRESS, "new");
	for (int i = 0; i < CGROUPS; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		cgroup[i] = scratch_child(&top, name);
		if (raw_attach(cgroup[i].fd, old, EGRESS, RAW_MULTI))
			bail_out("cannot attach");
	}
}

/* The record has the start of the command line only. A long path of the build would fill it. */
static void shorten_build_path(void)
{
	char *build = build_path(".");
	const char *link = state_dir_file("build");

	if (symlink(build, link) || setenv("abs_top_builddir", link, 1))
		bail_out("cannot link %s: %s", link, strerror(errno));
	free(build);
}

static size_t holding(int program)
{
	size_t count = 0;

	for (int i = 0; i < CGROUPS; i++) {
		struct raw_chain chain = chain_now(cgroup[i].fd, EGRESS);

		count += chain.count && chain.ids[0] == raw_prog_id(program);
	}
	return count;
}

/* Runs the line on a terminal of this width. The caller frees what it printed. */
static char *on_terminal(int columns, const char *line)
{
	char *program = build_path("tools/cgswap"), *copy = strdup(line), *rest = copy, *word, *text;
	const char *argv[WORDS] = { program };
	size_t count = 1;

	while ((word = strsep(&rest, " ")) && count < WORDS - 1)
		argv[count++] = word;
	text = terminal_run(columns, argv);
	free(copy);
	free(program);
	return text;
}

static size_t widest_line(const char *text)
{
	size_t widest = 0, width;

	for (; *text; text += width + (text[width] == '\n')) {
		width = strcspn(text, "\n");
		widest = width > widest ? width : widest;
	}
	return widest;
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static void replace(const char *option)
{
	char words[1200], line[160];
	struct command command;
	const char *held;

	/* the shell does not run the word after the bars, which is early enough for the record */
	snprintf(words, sizeof(words),
		 "replace --check true||\033[31m%0200d %s egress %s %s --recursive --keep-old %s "
		 "--state-dir %s",
		 0, top.path, by_id(old), by_id(new), option, state_dir());
	command = cgswap_line(words);
	if (!is_int(command.status, 0, "a replace that keeps the old programs"))
		diag("%s", command.err);
	is_int(holding(new), CGROUPS, "all have the new program");
	held = strstr(command.out, "  cgswap undo ");
	snprintf(line, sizeof(line), " --state-dir %s\n", state_dir());
	ok(held && strstr(held, line) && strstr(held, line) < strchr(held, '\n'),
	   "a line has the whole command that takes it back");
	command_free(&command);
}

static void undo(void)
{
	char words[256];
	char *text;

	replace("--keep 3");
	raw_detach(cgroup[7].fd, new, EGRESS);
	snprintf(words, sizeof(words), "undo --state-dir %s", state_dir());
	text = on_terminal(80, words);
	has_str(text, "23 of 24 entries have the old program again; 1 was left alone.", "how many");
	ok(strchr(text, '\033') == strstr(text, "\033["), "only escape sequences of ours");
	ok(!strstr(text, "\033[31m"), "the other process's command line is escaped");
	has_str(text, "\\x1b[31m", "and readable");
	has_str(text, cgroup[7].path, "the entry that was left alone");
	ok(!strstr(text, cgroup[8].path), "and none of the others");
	has_str(text, "and 23 more entries, which --json lists", "it says so");
	ok(count_lines(text) < 16, "few lines");
	is_int(holding(old), CGROUPS - 1, "the old programs are attached");
	free(text);
	if (raw_attach(cgroup[7].fd, old, EGRESS, RAW_MULTI))
		bail_out("cannot attach");
}

static void history(void)
{
	char words[256], id[24];
	char *text;

	snprintf(words, sizeof(words), "history --state-dir %s", state_dir());
	setenv("NO_COLOR", "1", 1);
	snprintf(id, sizeof(id), "%u", raw_prog_id(new));
	text = on_terminal(80, words);
	ok(widest_line(text) <= 80, "80 columns hold the history");
	has_str(text, id, "with the whole id of the new program");
	has_str(text, "taken back by", "and how it ended");
	free(text);
	text = on_terminal(40, words);
	has_str(text, id, "40 columns: the id");
	has_str(text, "taken back by", "and how it ended");
	free(text);
	unsetenv("NO_COLOR");
}

static void narrow_bar(void)
{
	char words[1024];
	char *text;

	snprintf(words, sizeof(words), "replace %s egress %s %s --recursive --canary 3 --state-dir %s",
		 top.path, by_id(old), by_id(new), state_dir());
	text = on_terminal(40, words);
	ok(!strstr(text, "[] "), "40 columns: no empty bar");
	has_str(text, "24 of 24", "but the numbers");
	has_str(text, "24 replaced", "and the end");
	free(text);
}

/* Each of the cgroups gets a program with maps of its own. */
static void attach_counting(void)
{
	const char *object = map_fixture_object("count_v1");
	cgswap_session *session = live_session();

	for (int i = 0; i < CGROUPS; i++) {
		cgswap_chain *chain = live_chain(session, cgroup[i].path, "egress");
		cgswap_program *program;

		if (cgswap_program_open(&program, session, object, NULL) ||
		    cgswap_chain_attach(chain, program, NULL))
			bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
		cgswap_program_unref(program);
		cgswap_chain_unref(chain);
	}
	cgswap_session_unref(session);
}

static void many_pairs(void)
{
	char words[1200];
	char *text;

	attach_counting();
	snprintf(words, sizeof(words), "replace %s egress counting %s --recursive --keep-old --state-dir %s",
		 top.path, map_fixture_object("count_v2"), state_dir());
	text = on_terminal(80, words);
	has_str(text, "24 replaced", "programs with maps of their own are replaced");
	has_str(text, "and 4 more pairs of programs, which --json lists", "the first 20 are listed");
	free(text);
	snprintf(words, sizeof(words), "undo --state-dir %s", state_dir());
	text = on_terminal(80, words);
	has_str(text, "\n24 entries, which --json lists", "an undo that left none alone lists none");
	free(text);
	snprintf(words, sizeof(words), "history --state-dir %s", state_dir());
	setenv("NO_COLOR", "1", 1);
	text = on_terminal(80, words);
	unsetenv("NO_COLOR");
	has_str(text, " 20  ", "20 of the pairs are in one row");
	has_str(text, "others", "which says so");
	has_str(text, "--json lists all pairs", "and where they are");
	free(text);
}

static void empty_list(void)
{
	struct command command;
	char words[256];

	snprintf(words, sizeof(words), "replace egress old %s --cgroups-from /dev/null", by_id(new));
	command = cgswap_line(words);
	is_int(command.status, 0, "a list without cgroups");
	has_str(command.out, "no cgroup was given: nothing to do\n", "it says so");
	command_free(&command);
}

int main(void)
{
	need_live();
	bpffs_private();
	if (!terminal_exists())
		skip_all("there are no pseudo terminals");
	build();
	shorten_build_path();
	undo();
	history();
	narrow_bar();
	many_pairs();
	empty_list();
	return done_testing();
}
