/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OPTION_TABLE_H
#define TOOLS_OPTION_TABLE_H

#include "options.h"

enum { OPTIONS = 20 };

/* What an option is called, and what a help text says of it. */
struct option_spec {
	unsigned bit;
	const char *name;  /* "--mode" */
	const char *value; /* "multi|override|none", or NULL: it takes none */
	const char *help;
};

extern const struct option_spec option_table[OPTIONS];

/* The option of this bit; NULL for one that is none. */
const struct option_spec *option_find(unsigned option);
/* This option and those of which only one can be given with it. */
unsigned option_rivals(unsigned option);

#endif
