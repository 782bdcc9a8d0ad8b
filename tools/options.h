/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <cgswap.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum exit_status {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1, /* nothing was changed */
	EXIT_USAGE = 2,
	EXIT_CHANGED = 3, /* not as it was asked for, and something stayed changed */
};

/* Options, as sets of bits; a help text lists them in this order. */
enum {
	OPTION_JSON = 1 << 0,
	OPTION_KERNEL = 1 << 1,
	OPTION_HELP = 1 << 2,
	OPTION_VERSION = 1 << 3, /* without a command only */
	OPTION_FIRST = 1 << 4,
	OPTION_LAST = 1 << 5,
	OPTION_BEFORE = 1 << 6,
	OPTION_AFTER = 1 << 7,
	OPTION_MODE = 1 << 8,
	OPTION_PREORDER = 1 << 9,
	OPTION_NO_PREORDER = 1 << 10,
	OPTION_LINK = 1 << 11,
	OPTION_PIN = 1 << 12,
	OPTION_MAPS = 1 << 13,
	OPTION_EXPECTED_REVISION = 1 << 14,
	OPTION_ALLOW_UNGUARDED = 1 << 15,
	OPTION_NO_VERIFY = 1 << 16,
	OPTION_DRAIN = 1 << 17,
	OPTION_DRY_RUN = 1 << 18,
	OPTION_EXPECTED_CGROUP_ID = 1 << 19,
	OPTIONS_EVERYWHERE = OPTION_JSON | OPTION_KERNEL | OPTION_HELP,
	OPTIONS_PLACE = OPTION_FIRST | OPTION_LAST | OPTION_BEFORE | OPTION_AFTER,
};

enum { ARGUMENTS_MAX = 4 };

struct options;

struct command {
	const char *name;
	const char *arguments; /* names separated by blanks, those in brackets may be left out */
	const char *summary;
	unsigned options; /* besides those that are everywhere */
	bool changes;     /* whether it changes what is attached */
	enum exit_status (*run)(const struct options *options);
};

/* What the command line says. */
struct options {
	const struct command *command; /* NULL: none was given */
	const char *arguments[ARGUMENTS_MAX];
	size_t length; /* arguments */
	unsigned given;
	const char *kernel;
	const char *before, *after, *pin; /* NULL: not given */
	enum cgswap_mode mode;
	enum cgswap_map_policy maps;
	uint64_t expected_revision, expected_cgroup_id; /* 0: any */
	char problem[256]; /* what is wrong with the command line; "" for nothing */
	char remedy[256];
};

/*
 * Reads the command line. The options stand anywhere, each by its whole name, and `--` ends them.
 * What is wrong is kept, to be told as the options say: in words or in JSON.
 */
void options_parse(struct options *options, int argc, char **argv, const struct command *commands,
		   size_t length);

/* Whether the command is only to say what it would do. */
static inline bool options_dry_run(const struct options *options)
{
	return options->given & OPTION_DRY_RUN;
}

/* The command of this name; NULL: there is none. */
const struct command *command_find(const struct command *commands, size_t length, const char *name);

/* Whether it runs before the programs of descendants, as far as the options say. */
static inline enum cgswap_preorder options_preorder(const struct options *options)
{
	if (options->given & OPTION_PREORDER)
		return CGSWAP_PREORDER_YES;
	return options->given & OPTION_NO_PREORDER ? CGSWAP_PREORDER_NO : CGSWAP_PREORDER_DEFAULT;
}

#endif
