/* SPDX-License-Identifier: BSD-2-Clause */
#include "help.h"
#include "option_table.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

/* The arguments of all commands. */
static const struct argument {
	const char *name;
	const char *help;
} arguments[] = {
	{ "CGROUP", "a path below the cgroup2 mount, /PATH, ./PATH, or fd:N" },
	{ "TYPE", "an attach type, such as egress (see `cgswap types`)" },
	{ "SOURCE", "obj:FILE[#PROGRAM], pin:PATH, id:N or fd:N" },
	{ "SEL", "name:NAME, id:N, tag:HEX, pin:PATH, link:N, pos:N, fd:N" },
	{ "OLD", "name:NAME, id:N, tag:HEX, pin:PATH, link:N, pos:N, fd:N" },
	{ "NEW", "obj:FILE[#PROGRAM], pin:PATH, id:N or fd:N" },
	{ "OBJECT", "an object file with programs for several attach types" },
	{ "FILE.o", "an object file, as compiled by clang -target bpf" },
	{ "CAUSE", "the name of a cause, such as not_attached" },
	{ "COMMAND", "the name of a command" },
};

/* Compares the first word, which may be in brackets, with the name of an argument. */
static bool is_argument(const char *word, const char *name)
{
	size_t length = strlen(name);

	word += *word == '[';
	return strncmp(word, name, length) == 0 && strchr(" ]", word[length]);
}

static void put_arguments(struct table *table, const char *names)
{
	const char *word;
	size_t i;

	for (word = names; *word; word += strcspn(word, " "), word += strspn(word, " ")) {
		for (i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
			if (is_argument(word, arguments[i].name))
				table_put_term(table, arguments[i].name, arguments[i].help);
		}
	}
}

/* Writes "-j, --json" or "--mode multi|override|none". */
static void write_option(char *buffer, size_t size, const struct option_spec *spec)
{
	const char letter[] = { '-', spec->letter, ',', ' ', '\0' };

	snprintf(buffer, size, "%s%s%s%s", spec->letter ? letter : "", spec->name,
		 spec->value ? " " : "", spec->value ? spec->value : "");
}

static void put_options(struct table *table, uint64_t options, bool rare)
{
	const struct option_spec *spec;
	char term[64];

	for (spec = option_table; spec->name; spec++) {
		if (!(options & spec->bit) || spec->rare != rare)
			continue;
		write_option(term, sizeof(term), spec);
		table_put_term(table, term, spec->help);
	}
}

/* The rarely used options, by name only. */
static void put_other_options(struct table *table, uint64_t options)
{
	char names[512] = "";
	const struct option_spec *spec;
	size_t length = 0;

	for (spec = option_table; spec->name; spec++) {
		if (!spec->rare || !(spec->bit & options))
			continue;
		if (length < sizeof(names))
			length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s",
						   length ? " " : "", spec->name);
	}
	if (length)
		table_put_term(table, "see cgswap(8)", names);
}

bool help_print(const struct command *command)
{
	const struct object_form *form = command_object_form(command);
	uint64_t options = command->options | (form ? form->options : 0);
	struct table table;
	bool printed;

	printf("Usage: cgswap %s%s%s [OPTION]...\n", command->name, *command->arguments ? " " : "",
	       command->arguments);
	if (form)
		printf("       cgswap %s %s [OPTION]...\n", command->name, form->arguments);
	puts(command->summary);
	if (form)
		puts(form->summary);
	table_init_terms(&table);
	put_arguments(&table, command->arguments);
	if (form)
		put_arguments(&table, strchr(form->arguments, ' ') + 1);
	put_options(&table, options, false);
	put_other_options(&table, options);
	printed = table_print(&table);
	table_free(&table);
	printf("Options of all commands: see `cgswap --help`\nExample: %s\n", command->example);
	return printed;
}

bool help_print_all(void)
{
	const struct command *command;
	struct table table;
	bool printed;

	puts("Usage: cgswap COMMAND [ARGUMENT]... [OPTION]...\n"
	     "Swap live cgroup-BPF programs in place.");
	table_init_terms(&table);
	for (command = commands; command->name; command++)
		table_put_term(&table, command->name, command->summary);
	put_options(&table, OPTIONS_EVERYWHERE, false);
	printed = table_print(&table);
	table_free(&table);
	puts("`cgswap COMMAND -h` shows the usage of a command. Exit status: 0 success;\n"
	     "1 error, nothing was changed; 2 wrong usage; 3 error, and a change remains.");
	return printed;
}
