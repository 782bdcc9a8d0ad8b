/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "base/suggest.h"

#include <string.h>

const struct command commands[] = {
	{ "show", "CGROUP [TYPE]", "Show one chain of a cgroup, or all that are not empty.",
	  "cgswap show system.slice/web.service egress --effective", OPTION_EFFECTIVE, false,
	  cmd_show },
	{ "tree", "[CGROUP]", "Show all chains of a cgroup and of those below it.",
	  "cgswap tree system.slice", OPTION_EFFECTIVE, false, cmd_tree },
	{ "find", "SELECTOR", "Find a program: its chains, links, pins and processes.",
	  "cgswap find name:fw", 0, false, cmd_find },
	{ "types", "", "List the attach types, and what a program of each sees.", "cgswap types", 0,
	  false, cmd_types },
	{ "attach", "CGROUP TYPE SOURCE", "Attach a program to a chain, at the end by default.",
	  "cgswap attach web.slice egress fw.o --pin /sys/fs/bpf/fw",
	  OPTIONS_POSITION | OPTION_MODE | OPTION_PREORDER | OPTION_LINK | OPTION_PIN | OPTION_MAP |
		  OPTION_CONSTANT | OPTION_EXPECTED_REVISION | OPTION_EXPECTED_CGROUP_ID |
		  OPTION_DRY_RUN | OPTION_UNLESS_ATTACHED,
	  true, cmd_attach },
	{ "detach", "CGROUP TYPE SEL", "Detach a program from a chain.",
	  "cgswap detach web.slice egress fw",
	  OPTION_EXPECTED_REVISION | OPTION_EXPECTED_CGROUP_ID | OPTION_DRY_RUN, true, cmd_detach },
	{ "replace", "CGROUP TYPE OLD NEW", "Replace an attached program, in its position.",
	  "cgswap replace web.slice egress fw fw2.o --maps require --drain",
	  OPTION_PREORDER | OPTION_NO_PREORDER | OPTION_PIN | OPTION_MAPS | OPTION_MAP |
		  OPTIONS_CONSTANTS | OPTION_EXPECTED_REVISION | OPTION_EXPECTED_CGROUP_ID |
		  OPTION_ALLOW_UNGUARDED | OPTION_NO_VERIFY | OPTION_DRAIN | OPTION_DRY_RUN |
		  OPTION_KEEP_OLD | OPTION_KEEP | OPTIONS_OF_MANY,
	  true, cmd_replace },
	{ "recover", "", "Show, finish or undo the transaction of a dead process.",
	  "cgswap recover --undo",
	  OPTION_LIST | OPTION_FINISH | OPTION_UNDO | OPTION_OLD_MAPS | OPTION_STATE_DIR |
		  OPTION_WAIT,
	  true, cmd_recover },
	{ "undo", "[ID]", "Take back a transaction that was made with --keep-old.",
	  "cgswap undo", OPTION_OLD_MAPS | OPTION_STATE_DIR | OPTION_WAIT, true, cmd_undo },
	{ "forget", "ID", "Let the old programs of a transaction go.", "cgswap forget 7",
	  OPTION_STATE_DIR, true, cmd_forget },
	{ "history", "", "List the transactions, and what is held of them.", "cgswap history",
	  OPTION_STATE_DIR, false, cmd_history },
	{ "inspect", "FILE.o", "Show the programs and maps of an object file.",
	  "cgswap inspect fw.o", 0, false, cmd_inspect },
	{ "features", "", "Show the features of this kernel, and their probes.",
	  "cgswap features --json", 0, false, cmd_features },
	{ "clean", "", "Remove what killed processes have left: pins, cgroups.",
	  "cgswap clean --dry-run", OPTION_DRY_RUN, true, cmd_clean },
	{ "explain", "[CAUSE]", "Explain one cause of errors, or list all causes.",
	  "cgswap explain not_attached", 0, false, cmd_explain },
	{ "help", "[COMMAND]", "Show the usage of a command.", "cgswap help replace", 0, false,
	  cmd_help },
	{ 0 },
};

static const struct object_form object_forms[] = {
	{ "attach", "CGROUP OBJECT",
	  "Or attach each program of an object to the chain of its type: all or none.",
	  OPTION_ONLY | OPTION_SKIP | OPTION_PREORDER | OPTION_LINK | OPTION_PIN | OPTION_MAP |
		  OPTION_CONSTANT | OPTION_EXPECTED_CGROUP_ID | OPTION_DRY_RUN },
	{ "replace", "CGROUP OBJECT",
	  "Or replace each entry that has the name of a program of an object: all or none.",
	  OPTION_ONLY | OPTION_SKIP | OPTION_PREORDER | OPTION_NO_PREORDER | OPTION_PIN |
		  OPTION_MAPS | OPTION_MAP | OPTIONS_CONSTANTS | OPTION_EXPECTED_CGROUP_ID |
		  OPTION_ALLOW_UNGUARDED | OPTION_NO_VERIFY | OPTION_DRAIN | OPTION_DRY_RUN |
		  OPTION_KEEP_OLD | OPTION_KEEP | OPTION_STATE_DIR | OPTION_WAIT },
};

const struct object_form *command_object_form(const struct command *command)
{
	size_t i;

	for (i = 0; command && i < sizeof(object_forms) / sizeof(object_forms[0]); i++) {
		if (strcmp(object_forms[i].command, command->name) == 0)
			return &object_forms[i];
	}
	return NULL;
}

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
