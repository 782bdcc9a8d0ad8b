/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"
#include "base/suggest.h"
#include "commands.h"
#include "option_rules.h"
#include "option_table.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool options_set_problem(struct options *options, const char *format, ...)
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

uint64_t options_allowed(const struct options *options)
{
	const struct object_form *form = command_object_form(options->command);

	if (!options->command)
		return OPTIONS_EVERYWHERE;
	return OPTIONS_EVERYWHERE | options->command->options | (form ? form->options : 0);
}

static void set_unknown_command(struct options *options, const char *name)
{
	char otherwise[sizeof(options->remedy)];

	if (!options_set_problem(options, "unknown command '%.100s'", name))
		return;
	memcpy(otherwise, options->remedy, sizeof(otherwise));
	command_suggest(name, options->remedy, sizeof(options->remedy), otherwise);
}

/* The word is an option as it was typed, and may have a value after an equals sign. */
static void set_unknown_option(struct options *options, const char *word)
{
	char name[64], otherwise[sizeof(options->remedy)];
	struct suggestion suggestion = { .word = name };
	const struct option_spec *spec;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	if (!options_set_problem(options, "unknown option '%s'", name))
		return;
	for (spec = option_table; spec->name; spec++) {
		if (spec->bit & options_allowed(options))
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

/* Suggests the option for which the value is valid. */
static void suggest_meant(struct options *options, const struct option_spec *spec,
			  const char *value)
{
	struct options unused = { .command = NULL };
	const struct option_spec *meant = spec->meant ? option_find(spec->meant) : NULL;

	if (meant && meant->bit & options_allowed(options) && option_parse(&unused, meant, value))
		snprintf(options->remedy, sizeof(options->remedy), "did you mean '%s %s'?",
			 meant->name, value);
}

static void read_value(struct options *options, const struct option_spec *spec, const char *value)
{
	if (option_parse(options, spec, value))
		return;
	if (option_is_free_text(spec))
		options_set_problem(options, "%s is empty; expected %s", spec->name, spec->valid);
	else if (options_set_problem(options, "%s is '%.100s'; expected %s", spec->name, value,
				     spec->valid))
		suggest_meant(options, spec, value);
}

static void read_option(struct options *options, const struct option_spec *spec, const char *value)
{
	if (options->command && !(spec->bit & options_allowed(options))) {
		set_unknown_option(options, spec->name);
		return;
	}
	options->given |= spec->bit;
	if (value)
		read_value(options, spec, value);
}

/* Compares an option as it was typed, `--NAME` or `--NAME=VALUE`, with a name. */
static bool option_has_name(const struct option_spec *spec, const char *word)
{
	size_t length = strlen(spec->name);

	return strncmp(word, spec->name, length) == 0 && strchr("=", word[length]);
}

/* Says why getopt_long() rejected a word, or a letter of it. */
static void set_bad_option(struct options *options, const char *word)
{
	const char letter[] = { '-', (char)optopt, '\0' };
	const struct option_spec *spec = option_table;

	while (spec->name && !option_has_name(spec, word))
		spec++;
	if (word[1] != '-')
		set_unknown_option(options, letter);
	else if (!spec->name || (options->command && !(spec->bit & options_allowed(options))))
		set_unknown_option(options, word);
	else if (spec->value)
		options_set_problem(options, "%s needs a value: %s", spec->name, spec->value);
	else
		options_set_problem(options, "%s takes no value", spec->name);
}

/* The codes of getopt_long(): for a long option this and its index, for a short one its letter. */
enum { CODE_ARGUMENT = 1, CODE_LONG = 256 };

static void fill_getopt_tables(char *letter, struct option names[OPTIONS_MAX + 1])
{
	int i;

	*letter++ = '-'; /* return arguments in order */
	*letter++ = ':'; /* print no messages */
	for (i = 0; option_table[i].name; i++) {
		if (option_table[i].letter)
			*letter++ = option_table[i].letter;
		names[i] = (struct option){
			.name = option_table[i].name + strlen("--"),
			.has_arg = option_table[i].value ? required_argument : no_argument,
			.val = CODE_LONG + i,
		};
	}
}

static void read_words(struct options *options, int argc, char **argv)
{
	struct option names[OPTIONS_MAX + 1] = { 0 };
	char letters[OPTIONS_MAX + sizeof("-:")] = "";
	const char *word;
	int code;

	fill_getopt_tables(letters, names);
	while (word = argv[optind], (code = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (code == CODE_ARGUMENT)
			read_argument(options, optarg);
		else if (code == '?' || code == ':')
			set_bad_option(options, word);
		else if (code < CODE_LONG)
			read_option(options, option_find_letter(code), NULL);
		/* the beginning of a name, which getopt_long() takes, breaks when an option is
		 * added */
		else if (option_has_name(&option_table[code - CODE_LONG], word))
			read_option(options, &option_table[code - CODE_LONG], optarg);
		else
			set_unknown_option(options, word);
	}
	while (optind < argc)
		read_argument(options, argv[optind++]);
}

/* Checks the options before the command, which were read when the command was not known. */
static void check_options(struct options *options)
{
	uint64_t unknown = options->given & ~options_allowed(options);
	const struct option_spec *spec;

	for (spec = option_table; spec->name; spec++) {
		if (unknown & spec->bit)
			set_unknown_option(options, spec->name);
	}
}

/* With a list of cgroups the first argument is the attach type. */
static void shift_arguments(struct options *options)
{
	if (!(options->given & OPTIONS_LISTED) || options->length >= ARGUMENTS_MAX)
		return;
	memmove(&options->arguments[1], &options->arguments[0],
		options->length * sizeof(options->arguments[0]));
	options->arguments[0] = NULL;
	options->length++;
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

/* True if the argument is a file and not the name of an attach type. */
static bool is_object_file(const char *argument)
{
	const char *file = strncmp(argument, "obj:", strlen("obj:")) ? argument : argument + 4;
	size_t length = strlen(argument);
	struct stat st;

	return file != argument || (length > 2 && strcmp(argument + length - 2, ".o") == 0) ||
	       (stat(file, &st) == 0 && S_ISREG(st.st_mode));
}

/* An option that only the other form of the command has. */
static void check_form(struct options *options, const struct object_form *form)
{
	uint64_t allowed = options->of_object ? form->options : options->command->options;
	const struct option_spec *spec;

	for (spec = option_table; spec->name; spec++) {
		if (options->given & spec->bit & ~allowed & ~OPTIONS_EVERYWHERE)
			options_set_problem(
				options, "%s applies to `%s %s` only", spec->name, form->command,
				options->of_object ? options->command->arguments : form->arguments);
	}
}

static void check_arguments(struct options *options)
{
	const struct object_form *form = command_object_form(options->command);
	size_t required, accepted;

	if (!options->command) {
		options_set_problem(options, "no command given");
		return;
	}
	count_arguments(options->command->arguments, &required, &accepted);
	if ((options->given & OPTIONS_LISTED) && options->length == accepted) {
		options_set_problem(options, "%zu arguments given; expected TYPE OLD NEW with %s",
				    options->length,
				    options->given & OPTION_CGROUP ? "--cgroup" : "--cgroups-from");
		return;
	}
	shift_arguments(options);
	if (form) {
		options->of_object = options->length == 2 &&
				     is_object_file(options->arguments[1]) &&
				     !(options->given & OPTIONS_LISTED);
		if (options->of_object)
			required = 2;
		check_form(options, form);
	}
	if (options->length < required)
		options_set_problem(options, "%zu of %zu arguments given; expected %s",
				    options->length, required, options->command->arguments);
	else if (options->length > accepted)
		options_set_problem(options, "%zu argument%s given; expected %s", options->length,
				    options->length == 1 ? "" : "s",
				    accepted ? options->command->arguments : "none");
}

void options_parse(struct options *options, int argc, char **argv)
{
	options->kernel = "live";
	read_words(options, argc, argv);
	check_options(options);
	if (options->given & (OPTION_HELP | OPTION_VERSION))
		return;
	option_rules_check(options);
	check_arguments(options);
}
