/* SPDX-License-Identifier: BSD-2-Clause */
/* What sources and selectors have in common: a known word before the first colon. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The index in words (ended by NULL) of the prefix that text begins with, its rest in *rest;
 * -1 when what stands before the first colon is no known word. The rest is verbatim.
 */
int text_prefix(const char *text, const char *const *words, const char **rest);

bool text_is_digits(const char *text);
bool text_ends_with(const char *text, const char *end);

#endif
