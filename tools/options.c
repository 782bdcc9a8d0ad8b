/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"
#include "base/suggest.h"
#include "commands.h"
#include "option_table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Stores the first problem, and returns whether this is it. */
static bool __attribute__((format(printf, 2, 3)))
set_problem(struct options *options, const char *format, ...)
{
	va_list args;

	if (options->problem[0])
		return false;
	va_start(args, format);
	vsnprintf(options->problem, sizeof(options->problem), format, args);
	va_end(args);
	snprintf(options->remedy, sizeof(options->remedy), "see `cgswap %s%s--help`",
		 options->command ? options->command->name : "", options->command ? " " : "");
	return true;
}

static unsigned allowed_options(const struct options *options)
{
	if (!options->command)
		return OPTIONS_EVERYWHERE | OPTION_VERSION;
	return OPTIONS_EVERYWHERE | options->command->options;
}

static void set_unknown_command(struct options *options, const char *name)
{
	char otherwise[sizeof(options->remedy)];

	if (!set_problem(options, "\"%s\" is no command", name))
		return;
	memcpy(otherwise, options->remedy, sizeof(otherwise));
	command_suggest(name, options->remedy, sizeof(options->remedy), otherwise);
}

static void set_unknown_option(struct options *options, const char *word, size_t length)
{
	char name[64], otherwise[sizeof(options->remedy)];
	struct suggestion suggestion = { .word = name };
	const struct option_spec *spec;

	if (!set_problem(options, "there is no option %.*s here", (int)length, word))
		return;
	snprintf(name, sizeof(name), "%.*s", (int)length, word);
	for (spec = option_table; spec->name; spec++) {
		if (spec->bit & allowed_options(options))
			suggest_consider(&suggestion, spec->name);
	}
	memcpy(otherwise, options->remedy, sizeof(otherwise));
	suggest_write(&suggestion, options->remedy, sizeof(options->remedy), otherwise);
}

static void read_argument(struct options *options, const char *word)
{
	if (options->command) {
		if (options->length++ < ARGUMENTS_MAX)
			options->arguments[options->length - 1] = word;
		return;
	}
	options->command = command_find(word);
	if (!options->command)
		set_unknown_command(options, word);
}

static void read_value(struct options *options, const struct option_spec *spec, const char *value)
{
	if (spec->parse(options, value))
		return;
	if (spec->free_text)
		set_problem(options, "%s is empty, and takes %s", spec->name, spec->valid);
	else
		set_problem(options, "%s is \"%s\", and takes %s", spec->name, value, spec->valid);
}

/* Reads an option and its value. Returns how many words these are. */
static int read_option(struct options *options, const char *word, const char *next)
{
	size_t length = strcspn(word, "=");
	const struct option_spec *spec = option_find_name(word, length);
	const char *value = word[length] ? word + length + 1 : NULL;
	bool separate = spec && spec->value && !value && next;

	if (separate)
		value = next;
	if (!spec || (options->command && !(spec->bit & allowed_options(options)))) {
		set_unknown_option(options, word, length);
		return 1 + separate;
	}
	options->given |= spec->bit;
	if (spec->value && !value)
		set_problem(options, "%s needs a value: %s", spec->name, spec->value);
	else if (!spec->value && value)
		set_problem(options, "%s takes no value", spec->name);
	else if (value)
		read_value(options, spec, value);
	return 1 + separate;
}

/*
 * getopt_long() would also take the beginning of a name for an option: a script that uses one
 * would break when another option is added.
 */
static void read_words(struct options *options, int argc, char **argv)
{
	bool ended = false;
	int i = 1;

	while (i < argc) {
		if (ended || argv[i][0] != '-' || argv[i][1] == '\0') {
			read_argument(options, argv[i++]);
		} else if (strcmp(argv[i], "--") == 0) {
			ended = true;
			i++;
		} else {
			i += read_option(options, argv[i], argv[i + 1]);
		}
	}
}

/* An option before the command was read when it was not known whether the command has it. */
static void check_options(struct options *options)
{
	unsigned unknown = options->given & ~allowed_options(options);
	const struct option_spec *spec;

	for (spec = option_table; spec->name; spec++) {
		if (unknown & spec->bit)
			set_unknown_option(options, spec->name, strlen(spec->name));
	}
}

static void check_pair(struct options *options, unsigned one, unsigned other)
{
	if ((options->given & one) && (options->given & other) &&
	    set_problem(options, "both %s and %s were given", option_find(one)->name,
			option_find(other)->name))
		snprintf(options->remedy, sizeof(options->remedy), "give one of them");
}

/* Checks what the library is never asked. It rejects all other combinations itself. */
static void check_combinations(struct options *options)
{
	check_pair(options, OPTION_FIRST, OPTION_LAST);
	check_pair(options, OPTION_PREORDER, OPTION_NO_PREORDER);
	if (!(options->given & OPTION_LINK) || options->given & OPTION_PIN)
		return;
	if (set_problem(options, "--link without --pin makes a link that would be gone when this "
				 "command ends"))
		snprintf(options->remedy, sizeof(options->remedy),
			 "say with --pin PATH where in a bpffs it is to be pinned");
}

static void count_arguments(const char *arguments, size_t *required, size_t *accepted)
{
	const char *word;

	*required = *accepted = 0;
	for (word = arguments; *word; word += strcspn(word, " "), word += strspn(word, " ")) {
		*required += *word != '[';
		++*accepted;
	}
}

static void check_arguments(struct options *options)
{
	size_t required, accepted;

	if (!options->command) {
		set_problem(options, "no command was given");
		return;
	}
	count_arguments(options->command->arguments, &required, &accepted);
	if (options->length < required)
		set_problem(options, "%zu of %zu arguments were given: %s", options->length,
			    required, options->command->arguments);
	else if (options->length > accepted)
		set_problem(options, "too many arguments were given: it takes %s",
			    accepted ? options->command->arguments : "none");
}

void options_parse(struct options *options, int argc, char **argv)
{
	*options = (struct options){ .kernel = "live" };
	read_words(options, argc, argv);
	check_options(options);
	if (options->given & (OPTION_HELP | OPTION_VERSION))
		return;
	check_combinations(options);
	check_arguments(options);
}
