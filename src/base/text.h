/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings: the prefixes of sources and selectors, paths, and text from outside. */
#ifndef CGSWAP_BASE_TEXT_H
#define CGSWAP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns the index in words (ended by NULL) of the prefix before the first colon of text, and sets
 * *rest to the text after it; -1 if the prefix is not in the list. The rest is verbatim.
 */
int text_prefix(const char *text, const char *const *words, const char **rest);

bool text_is_digits(const char *text);
bool text_ends_with(const char *text, const char *end);

/* Copies a text, cut if it does not fit. */
void text_copy(char *out, size_t size, const char *text);

/* The part of a path after its last slash; "" if the path ends in one. */
const char *text_file_name(const char *path);

/*
 * Converts bytes from outside, up to the first NUL, to printable text, malloc'ed. Bytes that are
 * not printable UTF-8 become \xNN; a long text is cut. Returns NULL if out of memory.
 */
char *text_printable(const void *bytes, size_t size);

/* Copies a text, with control characters as \xNN; cut if it does not fit. */
void text_escape_controls(char *out, size_t size, const char *text);

/* Replaces control characters: paths and names from outside must not break the line. */
void text_make_one_line(char *text);

#endif
