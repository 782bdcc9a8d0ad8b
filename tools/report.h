/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include "options.h"

#include <jansson.h>

/*
 * Reports an error: on standard error as `cgswap: COMMAND: MESSAGE`, the end of the log, and
 * `cgswap: hint: REMEDY`; with --json as an object on standard output. Each function returns the
 * exit status for the error.
 */

/* An error of the library; NULL: there was no memory to copy it. */
enum exit_status report_error(const struct options *options, const cgswap_error *error);
/*
 * The same; with --json the object has another member too, which this frees. Without it the value
 * is NULL.
 */
enum exit_status report_error_with(const struct options *options, const cgswap_error *error,
				   const char *key, json_t *value);
/* The last error of this thread. */
enum exit_status report_last_error(const struct options *options);
/* A refusal of the command itself. */
enum exit_status report_refusal(const struct options *options, enum cgswap_cause cause, int errnum,
				const char *message, const char *remedy);
/* The same; with --json the object has another member too, as above. */
enum exit_status report_refusal_with(const struct options *options, enum cgswap_cause cause,
				     int errnum, const char *message, const char *remedy,
				     const char *key, json_t *value);
/* An error in the command line. */
enum exit_status report_usage(const struct options *options, const char *message,
			      const char *remedy);
/* The command ran out of memory, after it changed something or not. */
enum exit_status report_no_memory(const struct options *options, bool changed);
/*
 * An error (NULL: there was no memory to copy it) after the change itself was made. With --json it
 * is printed as a member of the object done, which this frees; else done is NULL.
 */
enum exit_status report_error_after_change(const struct options *options, const cgswap_error *error,
					   json_t *done);

/*
 * The reason why a listing is not complete (NULL: there was no memory to copy it). With --json it
 * is printed as a member of the listing, which this frees; else listing is NULL.
 */
enum exit_status report_incomplete(const struct options *options, const cgswap_error *error,
				   json_t *listing);

/* Prints on standard error which output is missing, and the error that is the reason. */
void report_warning(const struct options *options, const char *missing, const cgswap_error *error);

/* Prints on standard error that a dry run could not find out everything. */
void report_uncertain(const struct options *options);
void report_uncertain_steps(const struct options *options, const cgswap_replace *replace);

/* Prints a sentence on standard output: escaped, and wrapped on a terminal. */
void report_sentence(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
