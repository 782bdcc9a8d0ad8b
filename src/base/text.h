/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings: the prefixes of sources and selectors, paths, and text from outside. */
#ifndef CGSWAP_BASE_TEXT_H
#define CGSWAP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The index in words (ended by NULL) of the prefix that text begins with, its rest in *rest;
 * -1 when no word of the list stands before the first colon. The rest is verbatim.
 */
int text_prefix(const char *text, const char *const *words, const char **rest);

bool text_is_digits(const char *text);
bool text_ends_with(const char *text, const char *end);

/* The part of a path behind its last slash; "" where the path ends in one. */
const char *text_file_name(const char *path);

/*
 * Bytes from outside, up to the first NUL, as text that can be printed anywhere, malloc'ed. Bytes
 * that are not printable UTF-8 become \xNN, and a long text is cut. NULL: no memory.
 */
char *text_printable(const void *bytes, size_t size);

/* Copies a text, with control characters as \xNN; cut if it does not fit. */
void text_escape_controls(char *out, size_t size, const char *text);

/* Paths and names come from outside: they must not break the line, nor colour a terminal. */
void text_make_one_line(char *text);

#endif
