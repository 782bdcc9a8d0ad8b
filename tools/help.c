/* SPDX-License-Identifier: BSD-2-Clause */
#include "help.h"
#include "option_table.h"
#include "escape.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 80, TERM = 18, TEXT = WIDTH - TERM - 3 };

/* What the arguments of the commands mean. */
static const struct argument {
	const char *name;
	const char *help;
} arguments[] = {
	{ "CGROUP", "a path, absolute or below the cgroup2 mount, or fd:N" },
	{ "TYPE", "an attach type, such as egress or cgroup_inet_egress" },
	{ "SOURCE", "a program: obj:FILE[#PROGRAM], pin:PATH, id:N or fd:N" },
	{ "SEL", "an entry: id:N, name:NAME, tag:HEX, pin:PATH, link:N, pos:N or fd:N" },
	{ "OLD",
	  "the entry to replace: id:N, name:NAME, tag:HEX, pin:PATH, link:N, pos:N or fd:N" },
	{ "NEW", "what takes its place: obj:FILE[#PROGRAM], pin:PATH, id:N or fd:N" },
	{ "FILE.o", "an object file, as clang -target bpf makes it" },
	{ "CAUSE", "the name of a cause, such as not_attached" },
	{ "COMMAND", "the name of a command" },
};

/* Whether the word at the start, which may stand in brackets, is this name. */
static bool is_argument(const char *word, const char *name)
{
	size_t length = strlen(name);

	word += *word == '[';
	return strncmp(word, name, length) == 0 && strchr(" ]", word[length]);
}

/* Prints a term and what it means, over as many lines as that needs. */
static void print_item(const char *term, const char *text)
{
	if (strlen(term) > TERM)
		printf("  %s\n  %-*s ", term, TERM, "");
	else
		printf("  %-*s ", TERM, term);
	plain_print_line(stdout, &text, TEXT);
	while (*text) {
		printf("\n  %-*s ", TERM, "");
		plain_print_line(stdout, &text, TEXT);
	}
	putchar('\n');
}

static void print_arguments(const struct command *command)
{
	const char *word;
	size_t i;

	for (word = command->arguments; *word;
	     word += strcspn(word, " "), word += strspn(word, " ")) {
		for (i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
			if (is_argument(word, arguments[i].name))
				print_item(arguments[i].name, arguments[i].help);
		}
	}
}

/* Writes an option and the name of its value; returns how long that is. */
static size_t write_option(char *buffer, size_t size, const struct option_spec *option)
{
	return (size_t)snprintf(buffer, size, "%s%s%s", option->name, option->value ? " " : "",
				option->value ? option->value : "");
}

static void print_option(const struct option_spec *option)
{
	char term[64];

	write_option(term, sizeof(term), option);
	print_item(term, option->help);
}

static void print_options(unsigned options)
{
	unsigned bit;

	for (bit = 1; bit <= options; bit <<= 1) {
		if (options & bit)
			print_option(option_find(bit));
	}
}

/* Writes the options of which only one can be given: "[--first | --last]". */
static void write_rivals(char *buffer, size_t size, unsigned options)
{
	size_t length = 0;
	unsigned bit;

	for (bit = 1; bit <= options; bit <<= 1) {
		if (!(options & bit))
			continue;
		length += (size_t)snprintf(buffer + length, size - length, "%s",
					   length ? " | " : "[");
		length += write_option(buffer + length, size - length, option_find(bit));
	}
	snprintf(buffer + length, size - length, "]");
}

static void print_synopsis(const struct command *command)
{
	unsigned left = command->options, bit;
	char term[WIDTH];
	int column;

	column = printf("Usage: cgswap %s%s%s", command->name, *command->arguments ? " " : "",
			command->arguments);
	for (bit = 1; bit <= left; bit <<= 1) {
		if (!(left & bit))
			continue;
		write_rivals(term, sizeof(term), left & option_rivals(bit));
		left &= ~option_rivals(bit);
		if (column + 1 + (int)strlen(term) > WIDTH)
			column = printf("\n      ") - 1;
		column += printf(" %s", term);
	}
	putchar('\n');
}

void help_print(const struct command *command)
{
	print_synopsis(command);
	printf("%s\n\n", command->summary);
	if (*command->arguments) {
		puts("Arguments:");
		print_arguments(command);
		putchar('\n');
	}
	puts("Options:");
	print_options(command->options);
	print_options(OPTIONS_EVERYWHERE);
}

void help_print_all(const struct command *commands, size_t length)
{
	size_t i;

	puts("Usage: cgswap COMMAND [ARGUMENT]... [OPTION]...\n"
	     "Swap live cgroup-BPF programs in place.\n\n"
	     "Commands:");
	for (i = 0; i < length; i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].summary);
	puts("\nOptions:");
	print_options(OPTIONS_EVERYWHERE | OPTION_VERSION);
	puts("\n`cgswap COMMAND --help` tells more of a command. Exit status: 0 done; 1 refused,\n"
	     "and nothing was changed; 2 wrong usage; 3 something stayed changed.");
}
