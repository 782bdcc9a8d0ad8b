/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A simulated kernel has a journal only in a state directory that is named, and ends with its command:
 * recover, history, forget and --keep-old say so in the words of the command, an undo is refused, and no
 * command is printed that could not work.
 */
#include "../lib/command.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static struct command run(int status, const char *words, const char *state)
{
	char line[1024];
	struct command command;

	snprintf(line, sizeof(line), "--kernel model %s%s%s", words, state ? " --state-dir " : "",
		 state ? state : "");
	command = cgswap_line(line);
	if (!is_int(command.status, status, "%s%s: exits with %d", words,
		    state ? " with a state directory" : "", status))
		diag("%s", command.err);
	ok(!strstr(command.err, "state_dir") && !strstr(command.err, "opts."),
	   "the message has no names of C");
	return command;
}

static void without_directory(void)
{
	static const struct {
		const char *words, *subject;
	} lines[] = {
		{ "history", "--kernel model" },
		{ "recover", "--kernel model" },
		{ "recover --undo", "--kernel model" },
		{ "recover --finish", "--kernel model" },
		{ "forget 7", "--kernel model" },
		{ "replace web.slice egress fw id:4 --keep-old", "--keep-old with --kernel model" },
	};
	char message[160];

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct command command = run(2, lines[i].words, NULL);

		snprintf(message, sizeof(message),
			 ": %s needs --state-dir: a simulated kernel keeps journals only "
			 "where it is told to\ncgswap: hint: add --state-dir DIR\n",
			 lines[i].subject);
		has_str(command.err, message, "the message and the hint have its options");
		command_free(&command);
	}
}

static void no_undo(const char *words, const char *state)
{
	struct command command = run(1, words, state);

	has_str(command.err, ": a simulated kernel ends with its command, so it holds nothing for an undo\n",
		"the message says why");
	has_str(command.err, "cgswap: hint: run it without --kernel model to take back a transaction of the "
			     "running kernel\n",
		"the hint says what works");
	command_free(&command);
}

static void with_directory(void)
{
	const char *keep[] = { "replace web.slice egress fw id:4 --keep-old",
			       "replace egress fw id:4 --cgroup web.slice --keep-old" };
	char path[300], options[300];
	struct command command;

	for (size_t i = 0; i < 2; i++) {
		command = run(0, keep[i], state_dir());
		ok(!strstr(command.out, "cgswap undo"), "no undo is printed, which could not work");
		has_str(command.out,
			"the old programs are not held: the simulated kernel ends with this command\n",
			"it says why");
		command_free(&command);
	}
	command = run(0, "history", state_dir());
	has_str(command.out, "fw2", "the history has the transaction");
	command_free(&command);
	no_undo("undo", state_dir());
	no_undo("undo 7", state_dir());
	no_undo("undo", NULL);
	command = run(0, "recover", state_dir());
	snprintf(path, sizeof(path), "'%s/model'", state_dir());
	has_str(command.out, path, "recover names the directory of the simulated kernel");
	command_free(&command);
	command = run(1, "forget 7", state_dir());
	snprintf(options, sizeof(options), "`cgswap history --kernel model --state-dir %s`", state_dir());
	has_str(command.err, options, "a command in a hint has the option");
	command_free(&command);
}

int main(void)
{
	without_directory();
	with_directory();
	return done_testing();
}
