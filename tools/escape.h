/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ESCAPE_H
#define TOOLS_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/*
 * Names and paths may hold any byte. These functions print them for people: control characters,
 * and bytes that are not a character in the locale, are written as \xNN.
 */

/* The width of the text on a terminal, in columns. */
size_t escape_width(const char *text);
void escape_print(FILE *file, const char *text);
/* Prints the text, shortened with an ellipsis if it is wider than width columns. */
void escape_print_cut(FILE *file, const char *text, size_t width);
/* Prints as many words as fit into width columns, and advances *text to the next word. */
void escape_print_words(FILE *file, const char **text, size_t width);
/* Prints the last lines of a log, each after the indent. If lines are omitted, says so first. */
void escape_print_log(FILE *file, const char *log, size_t lines, const char *indent);

/* Writes bytes that are not UTF-8 as \xNN. The caller frees the result; NULL: out of memory. */
char *escape_invalid_utf8(const char *text);

#endif
