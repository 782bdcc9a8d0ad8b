/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OPTION_TABLE_H
#define TOOLS_OPTION_TABLE_H

#include "options.h"

/* One option: its name, its text in --help, and how its value is parsed. */
struct option_spec {
	unsigned bit;
	const char *name;  /* "--mode" */
	const char *value; /* "multi|override|none"; NULL: it takes none */
	const char *help;
	/* Stores the value in the options; false: it is not a valid one. */
	bool (*parse)(struct options *options, const char *value);
	const char *valid; /* "multi, override or none", for the error message */
	bool free_text;    /* any value is valid unless it is empty */
};

/* All options, in the order in which --help lists them; the last one has no name. */
extern const struct option_spec option_table[];

const struct option_spec *option_find(unsigned bit);
/* The option of this name, which has so many bytes; NULL: there is none. */
const struct option_spec *option_find_name(const char *name, size_t length);
/* The set of options of which only one may be given, this one among them. */
unsigned option_exclusive(unsigned bit);

#endif
