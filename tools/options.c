/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"
#include "base/suggest.h"
#include "option_table.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct command *command_find(const struct command *commands, size_t length, const char *name)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

/* Keeps the first problem; reading goes on, because --json may still come. */
static bool __attribute__((format(printf, 2, 3)))
problem(struct options *options, const char *format, ...)
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

static void take_command(struct options *options, const char *name, const struct command *commands,
			 size_t length)
{
	struct suggestion near = { .word = name };
	char otherwise[sizeof(options->remedy)];
	size_t i;

	options->command = command_find(commands, length, name);
	if (options->command)
		return;
	if (!problem(options, "\"%s\" is no command", name))
		return;
	for (i = 0; i < length; i++)
		suggest_consider(&near, commands[i].name);
	memcpy(otherwise, options->remedy, sizeof(otherwise));
	suggest_write(&near, options->remedy, sizeof(options->remedy), otherwise);
}

static unsigned known_options(const struct options *options)
{
	if (!options->command)
		return OPTIONS_EVERYWHERE | OPTION_VERSION;
	return OPTIONS_EVERYWHERE | options->command->options;
}

static void refuse_option(struct options *options, const char *word, size_t length)
{
	char name[64], otherwise[sizeof(options->remedy)];
	struct suggestion near = { .word = name };
	size_t i;

	if (!problem(options, "there is no option %.*s here", (int)length, word))
		return;
	snprintf(name, sizeof(name), "%.*s", (int)length, word);
	for (i = 0; i < OPTIONS; i++) {
		if (option_table[i].bit & known_options(options))
			suggest_consider(&near, option_table[i].name);
	}
	memcpy(otherwise, options->remedy, sizeof(otherwise));
	suggest_write(&near, options->remedy, sizeof(options->remedy), otherwise);
}

static bool parse_number(const char *text, uint64_t *out)
{
	unsigned long long number;

	/* the kernel takes a 0 as no check at all, and strtoull() takes signs and blanks */
	if (!*text || text[strspn(text, "0123456789")])
		return false;
	errno = 0;
	number = strtoull(text, NULL, 10);
	if (errno || number == 0 || number > UINT64_MAX)
		return false;
	*out = number;
	return true;
}

static bool parse_mode(const char *text, enum cgswap_mode *mode)
{
	if (strcmp(text, "multi") == 0)
		*mode = CGSWAP_MODE_MULTI;
	else if (strcmp(text, "override") == 0)
		*mode = CGSWAP_MODE_OVERRIDE;
	else if (strcmp(text, "none") == 0)
		*mode = CGSWAP_MODE_NONE;
	else
		return false;
	return true;
}

static bool parse_maps(const char *text, enum cgswap_map_policy *maps)
{
	if (strcmp(text, "reuse") == 0)
		*maps = CGSWAP_MAPS_REUSE;
	else if (strcmp(text, "new") == 0)
		*maps = CGSWAP_MAPS_NEW;
	else if (strcmp(text, "require") == 0)
		*maps = CGSWAP_MAPS_REQUIRE;
	else
		return false;
	return true;
}

/* To the library an option that is empty may be one that was not given. */
static const char *take_text(struct options *options, const struct option_spec *spec,
			     const char *value)
{
	if (!*value)
		problem(options, "%s is empty, and takes %s", spec->name,
			spec->bit == OPTION_PIN ? "a path in a bpffs" : "the selector of an entry");
	return value;
}

static void take_value(struct options *options, const struct option_spec *spec, const char *value)
{
	switch (spec->bit) {
	case OPTION_KERNEL:
		options->kernel = value;
		if (strcmp(value, "live") != 0 && strcmp(value, "model") != 0)
			problem(options, "--kernel is \"%s\", and takes live or model", value);
		break;
	case OPTION_MODE:
		if (!parse_mode(value, &options->mode))
			problem(options, "--mode is \"%s\", and takes multi, override or none",
				value);
		break;
	case OPTION_MAPS:
		if (!parse_maps(value, &options->maps))
			problem(options, "--maps is \"%s\", and takes reuse, new or require",
				value);
		break;
	case OPTION_BEFORE:
		options->before = take_text(options, spec, value);
		break;
	case OPTION_AFTER:
		options->after = take_text(options, spec, value);
		break;
	case OPTION_PIN:
		options->pin = take_text(options, spec, value);
		break;
	case OPTION_EXPECTED_REVISION:
		if (!parse_number(value, &options->expected_revision))
			problem(options, "--expected-revision is \"%s\", and takes a number from 1 on",
				value);
		break;
	case OPTION_EXPECTED_CGROUP_ID:
		if (!parse_number(value, &options->expected_cgroup_id))
			problem(options, "--expected-cgroup-id is \"%s\", and takes a number from 1 on", value);
		break;
	default:
		break;
	}
}

static void take_argument(struct options *options, const char *word, const struct command *commands,
			  size_t length)
{
	if (!options->command)
		take_command(options, word, commands, length);
	else if (options->length++ < ARGUMENTS_MAX)
		options->arguments[options->length - 1] = word;
}

/* What getopt_long() returns for options, so that none looks like a character. */
enum { FIRST_OPTION = 256 };

/*
 * Takes what getopt_long() made of a word. It found an option also by the beginning of a name,
 * which is refused here: a script must not break when another option is added.
 */
static void take_option(struct options *options, int found, const char *word)
{
	int at = (found == '?' || found == ':' ? optopt : found) - FIRST_OPTION;
	const struct option_spec *spec = at >= 0 ? &option_table[at] : NULL;
	size_t length = strcspn(word, "=");

	if (!spec || strlen(spec->name) != length ||
	    (options->command && !(spec->bit & known_options(options)))) {
		refuse_option(options, word, length);
		return;
	}
	options->given |= spec->bit;
	if (found == '?')
		problem(options, "%s takes no value", spec->name);
	else if (found == ':')
		problem(options, "%s needs a value: %s", spec->name, spec->value);
	else
		take_value(options, spec, optarg);
}

static void read_words(struct options *options, int argc, char **argv,
		       const struct command *commands, size_t length)
{
	struct option longs[OPTIONS + 1] = { { 0 } };
	const char *word;
	int found, i;

	for (i = 0; i < OPTIONS; i++) {
		longs[i].name = option_table[i].name + strlen("--");
		longs[i].has_arg = option_table[i].value ? required_argument : no_argument;
		longs[i].val = FIRST_OPTION + i;
	}
	opterr = 0;
	/* the minus: whatever POSIXLY_CORRECT says, an argument is handed over in its turn, as 1 */
	for (;;) {
		word = argv[optind];
		found = getopt_long(argc, argv, "-:", longs, NULL);
		if (found == 1)
			take_argument(options, optarg, commands, length);
		else if (found != -1)
			take_option(options, found, word);
		else if (word && strcmp(word, "-") == 0) /* where musl stops */
			take_argument(options, argv[optind++], commands, length);
		else
			break;
	}
	while (optind < argc)
		take_argument(options, argv[optind++], commands, length);
}

/* An option that stood before the command may be none of it. */
static void check_options(struct options *options)
{
	unsigned unknown = options->given & ~known_options(options), bit;

	for (bit = 1; bit && bit <= unknown; bit <<= 1) {
		if (unknown & bit)
			refuse_option(options, option_find(bit)->name,
				      strlen(option_find(bit)->name));
	}
}

static void check_pair(struct options *options, unsigned one, unsigned other)
{
	if ((options->given & one) && (options->given & other) &&
	    problem(options, "both %s and %s were given", option_find(one)->name,
		    option_find(other)->name))
		snprintf(options->remedy, sizeof(options->remedy), "give one of them");
}

/* What the library cannot be asked for. Of all else it says no by itself, and with a cause. */
static void check_together(struct options *options)
{
	check_pair(options, OPTION_FIRST, OPTION_LAST);
	check_pair(options, OPTION_PREORDER, OPTION_NO_PREORDER);
	if (!(options->given & OPTION_LINK) || options->given & OPTION_PIN)
		return;
	if (problem(options, "--link without --pin makes a link that would be gone when this "
			     "command ends"))
		snprintf(options->remedy, sizeof(options->remedy),
			 "say with --pin PATH where in a bpffs it is to be pinned");
}

/* Counts the arguments that a command takes, and those that it cannot do without. */
static void count_arguments(const char *arguments, size_t *least, size_t *most)
{
	const char *word;

	*least = *most = 0;
	for (word = arguments; *word; word += strcspn(word, " "), word += strspn(word, " ")) {
		*least += *word != '[';
		++*most;
	}
}

static void check_arguments(struct options *options)
{
	size_t least, most;

	if (!options->command) {
		problem(options, "no command was given");
		return;
	}
	count_arguments(options->command->arguments, &least, &most);
	if (options->length < least)
		problem(options, "%zu of %zu arguments were given: %s", options->length, least,
			options->command->arguments);
	else if (options->length > most)
		problem(options, "too many arguments were given: it takes %s",
			most ? options->command->arguments : "none");
}

void options_parse(struct options *options, int argc, char **argv, const struct command *commands,
		   size_t length)
{
	*options = (struct options){ .kernel = "live" };
	read_words(options, argc, argv, commands, length);
	check_options(options);
	if (options->given & (OPTION_HELP | OPTION_VERSION))
		return;
	check_together(options);
	check_arguments(options);
}
