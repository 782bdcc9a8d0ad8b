/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file options.h
 * The options and the clock of the oracles.
 */
#ifndef TESTS_ORACLE_OPTIONS_H
#define TESTS_ORACLE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** An option of one oracle: a flag, or a text. */
struct oracle_option {
	const char *name;
	bool *flag;
	const char **text;
};

/** Every oracle takes --seed N (0: a new one) and --operations N. */
struct oracle_options {
	uint64_t seed;
	unsigned long operations;
};

/** more: other options, which a row without a name ends. A wrong option ends the test. */
void oracle_read_options(struct oracle_options *options, const struct oracle_option *more, int argc,
			 char **argv);

/** Seconds of a clock that only goes forward. */
double oracle_seconds(void);

#endif
