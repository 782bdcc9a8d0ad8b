/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "help.h"

#include <stdio.h>

enum exit_status cmd_help(const struct options *options)
{
	const char *name = options->arguments[0];
	const struct command *command;
	char message[256], remedy[256];

	if (options->length == 0)
		return help_print_all() ? EXIT_DONE : report_no_memory(options, false);
	command = command_find(name);
	if (command)
		return help_print(command) ? EXIT_DONE : report_no_memory(options, false);
	snprintf(message, sizeof(message), "unknown command '%s'", name);
	command_suggest(name, remedy, sizeof(remedy), "see `cgswap --help`");
	return report_usage(options, message, remedy);
}
