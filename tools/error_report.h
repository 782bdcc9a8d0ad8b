/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ERROR_REPORT_H
#define TOOLS_ERROR_REPORT_H

#include "options.h"

#include <jansson.h>

#include <stdbool.h>

/*
 * Every refusal is told here: a line on standard error, or with --json an object on standard
 * output. Each function returns the exit status that goes with it.
 */

/* What the library refused; NULL: it could not even be copied, for want of memory. */
enum exit_status refuse(const struct options *options, const cgswap_error *error);
/* What this thread's last call refused. */
enum exit_status refuse_last(const struct options *options);
/* What is wrong with the command line. */
enum exit_status refuse_usage(const struct options *options, const char *message,
			      const char *remedy);
/* The command itself ran out of memory, after it had changed something or not. */
enum exit_status refuse_memory(const struct options *options, bool changed);

/*
 * What was refused (NULL: there was no memory for it) after the change itself was made. With --json
 * it is put beside what was done, which is let go; else that was printed, and done is NULL.
 */
enum exit_status refuse_after(const struct options *options, const cgswap_error *error,
			      json_t *done);

/* A line on standard error about what is not told, and why. */
void note(const struct options *options, const char *what, const cgswap_error *error);

/*
 * Writes out what is left on standard output. Returns status, or what it becomes because the
 * output could not be written.
 */
enum exit_status finish_output(const struct options *options, enum exit_status status);

#endif
