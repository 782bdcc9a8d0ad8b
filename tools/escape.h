/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ESCAPE_H
#define TOOLS_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/*
 * Names and paths may hold any byte. These functions print them for people: control characters,
 * and bytes that are not a character in the locale, are written as \xNN.
 */

void escape_print(FILE *file, const char *text);
/* The text as escape_print() prints it. The caller frees it; NULL: out of memory. */
char *escape_text(const char *text);
/* Breaks escaped text into lines of this width: blanks between words become newlines. */
void escape_wrap(char *text, size_t width);
/* The same, but a text in quotes, which may be copied, stays on one line. */
void escape_wrap_outside_quotes(char *text, size_t width);
/* Prints the last lines of a log, each after the indent. If lines are omitted, says so first. */
void escape_print_log(FILE *file, const char *log, size_t lines, const char *indent);

/* Writes bytes that are not UTF-8 as \xNN. The caller frees the result; NULL: out of memory. */
char *escape_invalid_utf8(const char *text);

#endif
