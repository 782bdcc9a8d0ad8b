/* SPDX-License-Identifier: BSD-2-Clause */
#include "help.h"
#include "option_table.h"
#include "escape.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 80, TERM = 18, TEXT = WIDTH - TERM - 3 };

/* The arguments of all commands. */
static const struct argument {
	const char *name;
	const char *help;
} arguments[] = {
	{ "CGROUP", "a cgroup: an absolute path, a path below the cgroup2 mount, or fd:N" },
	{ "TYPE", "an attach type, such as egress or cgroup_inet_egress" },
	{ "SOURCE", "a program: obj:FILE[#PROGRAM], pin:PATH, id:N or fd:N" },
	{ "SEL", "an entry: id:N, name:NAME, tag:HEX, pin:PATH, link:N, pos:N or fd:N" },
	{ "OLD",
	  "the entry to replace: id:N, name:NAME, tag:HEX, pin:PATH, link:N, pos:N or fd:N" },
	{ "NEW", "the new program: obj:FILE[#PROGRAM], pin:PATH, id:N or fd:N" },
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

/* Prints a term and its meaning, wrapped. */
static void help_print_term(const char *term, const char *text)
{
	if (strlen(term) > TERM)
		printf("  %s\n  %-*s ", term, TERM, "");
	else
		printf("  %-*s ", TERM, term);
	escape_print_words(stdout, &text, TEXT);
	while (*text) {
		printf("\n  %-*s ", TERM, "");
		escape_print_words(stdout, &text, TEXT);
	}
	putchar('\n');
}

static void help_print_arguments(const char *names)
{
	const char *word;
	size_t i;

	for (word = names; *word; word += strcspn(word, " "), word += strspn(word, " ")) {
		for (i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
			if (is_argument(word, arguments[i].name))
				help_print_term(arguments[i].name, arguments[i].help);
		}
	}
}

/* Writes "--mode multi|override|none". Returns its length. */
static size_t write_option(char *buffer, size_t size, const struct option_spec *spec)
{
	return (size_t)snprintf(buffer, size, "%s%s%s", spec->name, spec->value ? " " : "",
				spec->value ? spec->value : "");
}

static void help_print_options(unsigned options)
{
	const struct option_spec *spec;
	char term[64];
	size_t length;

	for (spec = option_table; spec->name; spec++) {
		if (!(options & spec->bit))
			continue;
		length = 0;
		if (spec->letter)
			length = (size_t)snprintf(term, sizeof(term), "-%c, ", spec->letter);
		write_option(term + length, sizeof(term) - length, spec);
		help_print_term(term, spec->help);
	}
}

/* Writes options that exclude each other: "[--first | --last]". */
static void write_exclusive(char *buffer, size_t size, unsigned options)
{
	const struct option_spec *spec;
	size_t length = 0;

	for (spec = option_table; spec->name; spec++) {
		if (!(options & spec->bit))
			continue;
		length += (size_t)snprintf(buffer + length, size - length, "%s",
					   length ? " | " : "[");
		length += write_option(buffer + length, size - length, spec);
	}
	snprintf(buffer + length, size - length, "]");
}

static void help_print_synopsis(const char *label, const char *name, const char *names,
				unsigned left)
{
	const struct option_spec *spec;
	char term[WIDTH];
	int column;

	column = printf("%s cgswap %s%s%s", label, name, *names ? " " : "", names);
	for (spec = option_table; spec->name; spec++) {
		if (!(left & spec->bit))
			continue;
		write_exclusive(term, sizeof(term), left & option_exclusive(spec->bit));
		left &= ~option_exclusive(spec->bit);
		if (column + 1 + (int)strlen(term) > WIDTH)
			column = printf("\n      ") - 1;
		column += printf(" %s", term);
	}
	putchar('\n');
}

void help_print(const struct command *command)
{
	const struct object_form *form = command_object_form(command);

	help_print_synopsis("Usage:", command->name, command->arguments, command->options);
	if (form)
		help_print_synopsis("      ", command->name, form->arguments, form->options);
	printf("%s\n", command->summary);
	if (form)
		printf("%s\n", form->summary);
	putchar('\n');
	if (*command->arguments) {
		puts("Arguments:");
		help_print_arguments(command->arguments);
		if (form)
			help_print_arguments(strchr(form->arguments, ' ') + 1);
		putchar('\n');
	}
	puts("Options:");
	help_print_options(command->options | (form ? form->options : 0));
	help_print_options(OPTIONS_EVERYWHERE);
}

void help_print_all(void)
{
	const struct command *command;

	puts("Usage: cgswap COMMAND [ARGUMENT]... [OPTION]...\n"
	     "Swap live cgroup-BPF programs in place.\n\n"
	     "Commands:");
	for (command = commands; command->name; command++)
		printf("  %-10s %s\n", command->name, command->summary);
	puts("\nOptions:");
	help_print_options(OPTIONS_EVERYWHERE | OPTION_VERSION);
	puts("\nRun `cgswap COMMAND --help` for the usage of a command.\n"
	     "Exit status: 0 success; 1 error, nothing was changed; 2 wrong usage;\n"
	     "3 error, and a change remains.");
}
