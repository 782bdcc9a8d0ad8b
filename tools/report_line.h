/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines on standard error: escaped, and on a terminal wrapped between words. What is in quotes, a
 * path or a command, is not broken, so that it can be copied.
 */
#ifndef TOOLS_REPORT_LINE_H
#define TOOLS_REPORT_LINE_H

#include "options.h"

/* The columns of the terminal that is standard error. */
int report_columns(void);

/* Prints `cgswap: COMMAND: TEXT`; `cgswap: TEXT` if no command was given. */
void report_line(const struct options *options, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints `cgswap: hint: TEXT`, unless the text is empty. */
void report_hint(const char *text);

/* Prints `cgswap: cause: NAME`, and the command that explains it. */
void report_cause(const char *name);

#endif
