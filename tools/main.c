/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "help.h"
#include "json.h"
#include "base/suggest.h"
#include "error_report.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum exit_status cmd_help(const struct options *options);

static const struct command commands[] = {
	{ "show", "CGROUP [TYPE]", "Show a chain, or all chains of a cgroup that are not empty.", 0,
	  false, cmd_show },
	{ "tree", "[CGROUP]", "Show the tree of cgroups with every chain in it.", 0, false,
	  cmd_tree },
	{ "attach", "CGROUP TYPE SOURCE", "Attach a program to a chain, at its end or elsewhere.",
	  OPTIONS_PLACE | OPTION_MODE | OPTION_PREORDER | OPTION_LINK | OPTION_PIN |
		  OPTION_EXPECTED_REVISION | OPTION_EXPECTED_CGROUP_ID | OPTION_DRY_RUN,
	  true, cmd_attach },
	{ "detach", "CGROUP TYPE SEL", "Take a program off a chain.",
	  OPTION_EXPECTED_REVISION | OPTION_EXPECTED_CGROUP_ID | OPTION_DRY_RUN, true, cmd_detach },
	{ "replace", "CGROUP TYPE OLD NEW", "Put a program in the place of another, without a gap.",
	  OPTION_PREORDER | OPTION_NO_PREORDER | OPTION_PIN | OPTION_MAPS | OPTION_EXPECTED_REVISION |
		  OPTION_EXPECTED_CGROUP_ID | OPTION_ALLOW_UNGUARDED | OPTION_NO_VERIFY | OPTION_DRAIN |
		  OPTION_DRY_RUN,
	  true, cmd_replace },
	{ "inspect", "FILE.o", "Show what is in an object file; this needs no privilege.", 0, false,
	  cmd_inspect },
	{ "features", "", "Show what this kernel can do, and how we know.", 0, false,
	  cmd_features },
	{ "explain", "[CAUSE]", "Explain one cause of a refusal, or list them all.", 0, false,
	  cmd_explain },
	{ "help", "[COMMAND]", "Show how a command is used.", 0, false, cmd_help },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static enum exit_status cmd_help(const struct options *options)
{
	const struct command *command;
	char message[256], remedy[256];
	struct suggestion near = { 0 };
	size_t i;

	if (options->length == 0) {
		help_print_all(commands, COMMANDS);
		return EXIT_DONE;
	}
	near.word = options->arguments[0];
	command = command_find(commands, COMMANDS, near.word);
	if (command) {
		help_print(command);
		return EXIT_DONE;
	}
	for (i = 0; i < COMMANDS; i++)
		suggest_consider(&near, commands[i].name);
	snprintf(message, sizeof(message), "\"%s\" is no command", near.word);
	suggest_write(&near, remedy, sizeof(remedy), "see `cgswap --help`");
	return refuse_usage(options, message, remedy);
}

static enum exit_status print_version(const struct options *options)
{
	if (!(options->given & OPTION_JSON)) {
		printf("cgswap %s\n", cgswap_version());
		return EXIT_DONE;
	}
	if (!json_print(json_wrap("version", json_text(cgswap_version()))))
		return refuse_memory(options, false);
	return EXIT_DONE;
}

static enum exit_status run(const struct options *options)
{
	if (options->problem[0])
		return refuse_usage(options, options->problem, options->remedy);
	if (options->given & OPTION_HELP) {
		if (options->command)
			help_print(options->command);
		else
			help_print_all(commands, COMMANDS);
		return EXIT_DONE;
	}
	if (options->given & OPTION_VERSION)
		return print_version(options);
	/* a reader that goes away must not hide that something was changed */
	if (options->command->changes)
		signal(SIGPIPE, SIG_IGN);
	return options->command->run(options);
}

/*
 * Takes the places of standard streams that are closed, so that what is opened later does not
 * get what is meant for them. Reading or writing them still fails.
 */
static void hold_standard_streams(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) == -1)
			_exit(EXIT_REFUSED);
	}
}

int main(int argc, char **argv)
{
	struct options options;
	enum exit_status status;

	hold_standard_streams();
	setlocale(LC_CTYPE, "");
	/* a refusal is one line, and should be written as one */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	options_parse(&options, argc, argv, commands, COMMANDS);
	status = run(&options);
	return finish_output(&options, status);
}
