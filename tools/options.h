/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <cgswap.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum exit_status {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1, /* nothing was changed */
	EXIT_USAGE = 2,
	EXIT_CHANGED = 3, /* something stayed changed, but the command did not fully succeed */
};

/* Options as bits of a set. */
enum {
	OPTION_FIRST = 1ULL << 0,
	OPTION_LAST = 1ULL << 1,
	OPTION_BEFORE = 1ULL << 2,
	OPTION_AFTER = 1ULL << 3,
	OPTION_MODE = 1ULL << 4,
	OPTION_PREORDER = 1ULL << 5,
	OPTION_NO_PREORDER = 1ULL << 6,
	OPTION_LINK = 1ULL << 7,
	OPTION_PIN = 1ULL << 8,
	OPTION_MAPS = 1ULL << 9,
	OPTION_EXPECTED_REVISION = 1ULL << 10,
	OPTION_EXPECTED_CGROUP_ID = 1ULL << 11,
	OPTION_ALLOW_UNGUARDED = 1ULL << 12,
	OPTION_NO_VERIFY = 1ULL << 13,
	OPTION_DRAIN = 1ULL << 14,
	OPTION_DRY_RUN = 1ULL << 15,
	OPTION_JSON = 1ULL << 16,
	OPTION_KERNEL = 1ULL << 17,
	OPTION_SCRATCH_CGROUP = 1ULL << 18,
	OPTION_RETRY_TIME = 1ULL << 19,
	OPTION_HELP = 1ULL << 20,
	OPTION_VERSION = 1ULL << 21,
	OPTION_QUIET = 1ULL << 22,
	OPTION_RETRIES = 1ULL << 23,
	OPTION_EFFECTIVE = 1ULL << 24,
	OPTION_UNLESS_ATTACHED = 1ULL << 25,
	OPTION_MAP = 1ULL << 26,
	OPTION_ONLY = 1ULL << 27,
	OPTION_SKIP = 1ULL << 28,
	OPTION_CONSTANTS = 1ULL << 29,
	OPTION_CONSTANT = 1ULL << 30,
	OPTION_OLD_OBJECT = 1ULL << 31,
	OPTION_RECURSIVE = 1ULL << 32,
	OPTION_MATCH = 1ULL << 33,
	OPTION_ANY_TAG = 1ULL << 34,
	OPTION_CGROUP = 1ULL << 35,
	OPTION_CGROUPS_FROM = 1ULL << 36,
	OPTION_IGNORE_GONE = 1ULL << 37,
	OPTION_FOLLOW = 1ULL << 38,
	OPTION_CANARY = 1ULL << 39,
	OPTION_SOAK = 1ULL << 40,
	OPTION_CHECK = 1ULL << 41,
	OPTION_CHECK_TIMEOUT = 1ULL << 42,
	OPTION_EVENTS = 1ULL << 43,
	OPTION_NO_JOURNAL = 1ULL << 44,
	OPTION_STATE_DIR = 1ULL << 45,
	OPTION_WAIT = 1ULL << 46,
	/* those that make it a transaction in many cgroups; and those that it has */
	OPTIONS_LISTED = OPTION_CGROUP | OPTION_CGROUPS_FROM,
	OPTIONS_MANY = OPTIONS_LISTED | OPTION_RECURSIVE,
	OPTIONS_OF_MANY = OPTIONS_MANY | OPTION_MATCH | OPTION_ANY_TAG | OPTION_IGNORE_GONE |
			  OPTION_FOLLOW | OPTION_CANARY | OPTION_SOAK | OPTION_CHECK |
			  OPTION_CHECK_TIMEOUT | OPTION_EVENTS | OPTION_NO_JOURNAL |
			  OPTION_STATE_DIR | OPTION_WAIT,
	OPTION_LIST = 1ULL << 47,
	OPTION_FINISH = 1ULL << 48,
	OPTION_UNDO = 1ULL << 49,
	OPTION_OLD_MAPS = 1ULL << 50,
	OPTION_KEEP_OLD = 1ULL << 53,
	OPTION_KEEP = 1ULL << 54,
	OPTIONS_CONSTANTS = OPTION_CONSTANTS | OPTION_CONSTANT | OPTION_OLD_OBJECT,
	OPTIONS_EVERYWHERE = OPTION_JSON | OPTION_QUIET | OPTION_KERNEL | OPTION_SCRATCH_CGROUP |
			     OPTION_RETRY_TIME | OPTION_RETRIES | OPTION_HELP | OPTION_VERSION,
	OPTIONS_POSITION = OPTION_FIRST | OPTION_LAST | OPTION_BEFORE | OPTION_AFTER,
};

/* A program uses 64 maps at most. */
enum { ARGUMENTS_MAX = 4, OPTIONS_MAX = 64, CHOICES_MAX = 64, CGROUPS_MAX = 4096 };

struct command;

/* The command line, parsed. */
struct options {
	const struct command *command; /* NULL: none was given */
	const char *arguments[ARGUMENTS_MAX];
	size_t length;  /* arguments */
	bool of_object; /* the form of the command for all programs of an object */
	uint64_t given;
	const char *kernel, *scratch_cgroup; /* NULL: not given */
	const char *state_dir;               /* the same */
	int32_t wait_ms;                     /* 0: not at all */
	uint32_t keep;                       /* 0: the default */
	const char *before, *after, *pin;    /* NULL: not given */
	enum cgswap_mode mode;
	enum cgswap_map_policy maps;
	/* lists that NULL ends */
	const char *map_choices[CHOICES_MAX + 1], *only[CHOICES_MAX + 1], *skip[CHOICES_MAX + 1];
	const char *constant_choices[CHOICES_MAX + 1];
	const char *old_object;                            /* NULL: not given */
	const char *cgroups[CGROUPS_MAX + 1];              /* by --cgroup */
	const char *cgroups_from, *match, *canary, *check; /* NULL: not given */
	int32_t follow_ms, soak_ms, check_timeout_ms;
	enum cgswap_constant_policy constants;
	uint64_t expected_revision, expected_cgroup_id; /* 0: any */
	int32_t retry_time_ms;                          /* 0: the default; -1: none */
	int32_t retries;                                /* 0: the default; -1: none */
	char problem[256]; /* the first error in the command line; "": none */
	char remedy[256];
};

/*
 * Parses the command line into options that are all zero. Options may be given anywhere before
 * `--`, by their full names. An error is stored in `problem` and reported later: --json may follow
 * it.
 */
void options_parse(struct options *options, int argc, char **argv);

/* Stores the first problem of the command line. Returns false if there was one before. */
bool options_set_problem(struct options *options, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The options of the command, as bits; without a command those of all. */
uint64_t options_allowed(const struct options *options);

static inline bool options_dry_run(const struct options *options)
{
	return options->given & OPTION_DRY_RUN;
}

static inline bool options_model(const struct options *options)
{
	return options->kernel && strcmp(options->kernel, "model") == 0;
}

/* A transaction in many cgroups keeps a journal, since it may be killed between them. */
static inline bool options_journal(const struct options *options)
{
	/* a simulated kernel has no state directory unless one is named */
	return (options->given & OPTIONS_MANY) && !(options->given & OPTION_NO_JOURNAL) &&
	       (!options_model(options) || options->state_dir);
}

static inline enum cgswap_preorder options_preorder(const struct options *options)
{
	if (options->given & OPTION_PREORDER)
		return CGSWAP_PREORDER_YES;
	return options->given & OPTION_NO_PREORDER ? CGSWAP_PREORDER_NO : CGSWAP_PREORDER_DEFAULT;
}

static inline enum cgswap_position options_position(const struct options *options)
{
	if (options->given & OPTION_FIRST)
		return CGSWAP_POSITION_FIRST;
	return options->given & OPTION_LAST ? CGSWAP_POSITION_LAST : CGSWAP_POSITION_DEFAULT;
}

#endif
