/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file command.h
 * Runs a command and keeps its output.
 */
#ifndef TESTS_LIB_COMMAND_H
#define TESTS_LIB_COMMAND_H

#include <jansson.h>
#include <stdbool.h>

/** The result of a command; release it with command_free(). */
struct command {
	int status; /* exit status; -1: ended by a signal */
	char *out;
	char *err;
};

/** Runs a program with its arguments, NULL at the end; a failure to start ends the test. */
struct command command_run(const char *const *argv);
/**
 * Runs the cgswap of the build tree; the arguments end with NULL. If the kernel under test is a
 * model, the command has a model of its own. A transaction in many cgroups keeps its journal in the
 * state directory of the test, unless the arguments name one.
 */
struct command cgswap_run(const char *first, ...) __attribute__((sentinel));
/** The same with a line of words separated by blanks. */
struct command cgswap_line(const char *line);
void command_free(struct command *command);

/** Parses stdout, which must be one JSON object and nothing else. @return NULL if it is not. */
json_t *command_json(const struct command *command);

/** @return the path of bpftool; NULL: not installed. */
const char *bpftool_path(void);

#endif
