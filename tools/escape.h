/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ESCAPE_H
#define TOOLS_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/*
 * Names and paths may hold any byte. These functions print them for people: characters that a
 * terminal would obey instead of show, and bytes that are not a character in this locale, are
 * written as \xNN.
 */

/* The number of columns of a terminal that the text takes. */
size_t escape_width(const char *text);
void escape_print(FILE *file, const char *text);
/* Prints at most so many columns of the text, with an ellipsis where the rest was left out. */
void escape_print_cut(FILE *file, const char *text, size_t width);
/* Prints as many words as fit into so many columns, and advances *text to the next word. */
void escape_print_words(FILE *file, const char **text, size_t width);
/* Prints the last lines of a log, each after the indent, and says how many lines there are. */
void escape_print_log(FILE *file, const char *log, size_t lines, const char *indent);

/* Writes bytes beyond ASCII as \xNN. The caller frees the result; NULL: out of memory. */
char *escape_non_ascii(const char *text);

#endif
