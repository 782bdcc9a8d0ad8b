/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ERROR_REPORT_H
#define TOOLS_ERROR_REPORT_H

#include "options.h"

#include <jansson.h>

/*
 * Reports an error: a line on standard error, or with --json an object on standard output. Each
 * function returns the exit status for the error.
 */

/* An error of the library; NULL: it could not be copied for lack of memory. */
enum exit_status error_report(const struct options *options, const cgswap_error *error);
/* The last error of this thread. */
enum exit_status error_report_last(const struct options *options);
/* A mistake in the command line. */
enum exit_status error_usage(const struct options *options, const char *message,
			     const char *remedy);
/* The command ran out of memory, after it changed something or not. */
enum exit_status error_no_memory(const struct options *options, bool changed);
/*
 * An error (NULL: it could not be copied) after the change itself was made. With --json it is
 * printed as a member of the object done, which this drops; else done is NULL.
 */
enum exit_status error_after_change(const struct options *options, const cgswap_error *error,
				    json_t *done);

/* Prints a line on standard error: what is missing in the output, and the error that led to it. */
void error_warn(const struct options *options, const char *missing, const cgswap_error *error);

/* The name of the command; "usage" if none was given. */
const char *error_operation(const struct options *options);

#endif
