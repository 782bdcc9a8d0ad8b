/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of commands that are printed for users. */
#ifndef CGSWAP_BASE_SHELL_WORD_H
#define CGSWAP_BASE_SHELL_WORD_H

#include <stdbool.h>
#include <stddef.h>

/* Writes a text as one word of a shell, in quotes if it needs them; false if it does not fit. */
bool shell_word(char *out, size_t size, const char *text);

#endif
