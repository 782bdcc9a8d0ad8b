/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OPTION_TABLE_H
#define TOOLS_OPTION_TABLE_H

#include "options.h"

/* One option: its name, its text in --help, and how its value is parsed. */
struct option_spec {
	uint64_t bit;
	const char *name;  /* "--mode" */
	char letter;       /* 'j' for -j; 0: none */
	const char *value; /* "multi|override|none"; NULL: the option takes none */
	const char *help;
	/* Stores the value in the options; false: it is not a valid one. */
	bool (*parse)(struct options *options, const char *value);
	const char *valid; /* "multi, override or none", for the error message */
	bool free_text;    /* any value but an empty one is valid */
	bool rare;         /* --help has its name only, to fit into a screen */
};

/* All options, in the order in which --help lists them; the last one has no name. */
extern const struct option_spec option_table[];

const struct option_spec *option_find(uint64_t bit);
const struct option_spec *option_find_letter(int letter);

#endif
