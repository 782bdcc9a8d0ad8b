/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "base/suggest.h"

#include <string.h>

const struct command commands[] = {
	{ "show", "CGROUP [TYPE]", "Show a chain, or all chains of a cgroup that are not empty.", 0,
	  false, cmd_show },
	{ "tree", "[CGROUP]", "Show the tree of cgroups with every chain in it.", 0, false,
	  cmd_tree },
	{ "attach", "CGROUP TYPE SOURCE", "Attach a program to a chain, at its end or elsewhere.",
	  OPTIONS_POSITION | OPTION_MODE | OPTION_PREORDER | OPTION_LINK | OPTION_PIN |
		  OPTION_EXPECTED_REVISION | OPTION_EXPECTED_CGROUP_ID | OPTION_DRY_RUN,
	  true, cmd_attach },
	{ "detach", "CGROUP TYPE SEL", "Take a program off a chain.",
	  OPTION_EXPECTED_REVISION | OPTION_EXPECTED_CGROUP_ID | OPTION_DRY_RUN, true, cmd_detach },
	{ "replace", "CGROUP TYPE OLD NEW", "Put a program in the place of another, without a gap.",
	  OPTION_PREORDER | OPTION_NO_PREORDER | OPTION_PIN | OPTION_MAPS |
		  OPTION_EXPECTED_REVISION | OPTION_EXPECTED_CGROUP_ID | OPTION_ALLOW_UNGUARDED |
		  OPTION_NO_VERIFY | OPTION_DRAIN | OPTION_DRY_RUN,
	  true, cmd_replace },
	{ "inspect", "FILE.o", "Show what is in an object file; this needs no privilege.", 0, false,
	  cmd_inspect },
	{ "features", "", "Show what this kernel can do, and how we know.", 0, false,
	  cmd_features },
	{ "explain", "[CAUSE]", "Explain one cause of a refusal, or list them all.", 0, false,
	  cmd_explain },
	{ "help", "[COMMAND]", "Show how a command is used.", 0, false, cmd_help },
	{ 0 },
};

const struct command *command_find(const char *name)
{
	const struct command *command;

	for (command = commands; command->name; command++) {
		if (strcmp(command->name, name) == 0)
			return command;
	}
	return NULL;
}

void command_suggest(const char *name, char *buffer, size_t size, const char *otherwise)
{
	struct suggestion suggestion = { .word = name };
	const struct command *command;

	for (command = commands; command->name; command++)
		suggest_consider(&suggestion, command->name);
	suggest_write(&suggestion, buffer, size, otherwise);
}
