/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ESCAPE_H
#define TOOLS_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/*
 * Names and paths may hold any byte. What follows prints them for people: what a terminal would
 * obey instead of show, and what is no character in this locale, is written as \xNN.
 */

/* How many columns of a terminal the text takes. */
size_t plain_width(const char *text);
/* Prints the text. */
void plain_print(FILE *file, const char *text);
/* Prints at most so many columns of it, with an ellipsis where something was left out. */
void plain_print_cut(FILE *file, const char *text, size_t width);
/*
 * Prints as many words as fit into so many columns, and goes on to the next word. Returns how
 * many columns were printed.
 */
size_t plain_print_line(FILE *file, const char **text, size_t width);
/* Prints each of the last so many lines of a log after the indent, and how many there are. */
void plain_print_log(FILE *file, const char *log, size_t lines, const char *indent);

#endif
