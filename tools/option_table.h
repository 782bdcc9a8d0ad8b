/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OPTION_TABLE_H
#define TOOLS_OPTION_TABLE_H

#include "options.h"

/* The value of an option, and the type of the member of struct options that stores it. */
enum option_kind {
	VALUE_PARSED,   /* by the function of the option */
	VALUE_TEXT,     /* const char *; not empty */
	VALUE_WORD,     /* enum; one of the names */
	VALUE_POSITIVE, /* uint64_t */
	VALUE_TIME,     /* int32_t; a number with a unit, in ms */
	VALUE_LIST,     /* const char *[CHOICES_MAX + 1]; a text each time */
	VALUE_PAIRS,    /* the same, of NAME=VALUE */
};

/* One option: its name, its text in --help, and how its value is parsed. */
struct option_spec {
	uint64_t bit;
	const char *name;  /* "--mode" */
	char letter;       /* 'j' for -j; 0: none */
	const char *value; /* "multi|override|none"; NULL: the option takes none */
	const char *help;
	enum option_kind kind;
	size_t member;                           /* the offset in struct options */
	const char *(*name_of)(unsigned number); /* VALUE_WORD; "" after the last */
	/* Stores the value in the options; false: it is not a valid one. */
	bool (*parse)(struct options *options, const char *value);
	const char *valid; /* "multi, override or none", for the error message */
	uint64_t meant;    /* the option that may be meant if the value is not valid */
	bool free_text;    /* any value but an empty one is valid; so are texts and lists */
	bool rare;         /* --help has its name only, to fit into a screen */
};

/* All options, in the order in which --help lists them; the last one has no name. */
extern const struct option_spec option_table[];

/* Stores the value in the options; false: it is not a valid one. */
bool option_parse(struct options *options, const struct option_spec *spec, const char *value);
bool option_is_free_text(const struct option_spec *spec);

const struct option_spec *option_find(uint64_t bit);
const struct option_spec *option_find_letter(int letter);

#endif
