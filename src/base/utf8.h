/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CGSWAP_BASE_UTF8_H
#define CGSWAP_BASE_UTF8_H

#include <stddef.h>

/*
 * Decodes text from outside, and escapes characters that are unsafe on a terminal. Compiled into
 * both the library and the command.
 */

/* The length of the first character, 1 to 4 bytes; 0 if it is not UTF-8. left is not 0. */
size_t utf8_length(const unsigned char *text, size_t left);

/* Ends a text that was cut after length bytes before its last character, if only a part of it is
 * left. */
void utf8_cut(char *text, size_t length);

/*
 * As utf8_length(), but 0 also for a character that must not be printed: controls, line and
 * paragraph separators, and those that change the text direction.
 */
size_t utf8_printable(const unsigned char *text, size_t left);

/*
 * Writes the first character of text: unchanged if printable, a backslash as two, otherwise its
 * first byte as \xNN. *used is set to the bytes read. Returns the bytes written, at most
 * UTF8_ESCAPE_SIZE; writes no NUL.
 */
enum { UTF8_ESCAPE_SIZE = 4 };
size_t utf8_escape(char *out, size_t *used, const unsigned char *text, size_t left);

#endif
