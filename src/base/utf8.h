/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CGSWAP_BASE_UTF8_H
#define CGSWAP_BASE_UTF8_H

#include <stddef.h>

/*
 * Text of others, byte by byte: which characters of UTF-8 it has, and which of them a terminal may
 * be given. The library and the command each have this file compiled in.
 */

/* The bytes of the character that text begins with, 1 to 4; 0 where they are not UTF-8. left > 0.
 */
size_t utf8_length(const unsigned char *text, size_t left);

/*
 * As utf8_length(), but 0 also for a character that must not be printed: controls, line and
 * paragraph separators, and those that turn the direction of a line.
 */
size_t utf8_printable(const unsigned char *text, size_t left);

/*
 * Writes the character that text begins with: as it is where it may be printed, a backslash as two,
 * and the first byte as \xNN where it is anything else. *used is set to the bytes read. Returns the
 * bytes written, at most UTF8_ESCAPE_SIZE; writes no NUL.
 */
enum { UTF8_ESCAPE_SIZE = 4 };
size_t utf8_escape(char *out, size_t *used, const unsigned char *text, size_t left);

#endif
