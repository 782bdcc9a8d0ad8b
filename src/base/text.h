/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings: the known word before a source's or selector's first colon; and what others wrote. */
#ifndef CGSWAP_BASE_TEXT_H
#define CGSWAP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The index in words (ended by NULL) of the prefix that text begins with, its rest in *rest;
 * -1 when what stands before the first colon is no known word. The rest is verbatim.
 */
int text_prefix(const char *text, const char *const *words, const char **rest);

bool text_is_digits(const char *text);
bool text_ends_with(const char *text, const char *end);

/* What stands behind the last slash of a path: "" where that ends in one. */
const char *text_file_name(const char *path);

/*
 * Somebody else's bytes, up to the first NUL, as text that can be printed anywhere, malloc'ed: what
 * is not for terminals, or no UTF-8, becomes \xNN; what is too long is cut. NULL: no memory.
 */
char *text_printable(const void *bytes, size_t size);

/* Paths and names come from outside: they must not break the line, nor colour a terminal. */
void text_make_one_line(char *text);

#endif
