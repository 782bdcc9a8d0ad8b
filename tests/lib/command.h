/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file command.h
 * Runs a command and keeps what it printed.
 */
#ifndef TESTS_LIB_COMMAND_H
#define TESTS_LIB_COMMAND_H

#include <jansson.h>
#include <stdbool.h>

/** What a command came to; command_free() it. */
struct command {
	int status; /* exit status, or -1 when a signal ended it */
	char *out;
	char *err;
};

/** Runs a program with its arguments, NULL at the end; a failure to start ends the test. */
struct command command_run(const char *const *argv);
/**
 * Runs the cgswap of the build tree; the arguments end with NULL. Where the kernel under test is a
 * model, the command has another one of its own.
 */
struct command cgswap_run(const char *first, ...) __attribute__((sentinel));
/** The same with the words of a line, which blanks separate. */
struct command cgswap_line(const char *line);
void command_free(struct command *command);

/** Parses stdout, which must be one JSON object and nothing else. @return NULL when not. */
json_t *command_json(const struct command *command);

/** Where bpftool is; NULL when there is none. */
const char *bpftool_path(void);

#endif
