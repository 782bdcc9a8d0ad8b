/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CGSWAP_BASE_SUGGEST_H
#define CGSWAP_BASE_SUGGEST_H

#include <stddef.h>

/* Suggests names for a mistyped one. Compiled into both the library and the command. */

/* The edit distance: characters to insert, delete or replace. Large for long names. */
size_t suggest_distance(const char *a, const char *b);

/* The names most similar to an unknown word. */
struct suggestion {
	const char *word;
	const char *names[3];
	size_t distances[3];
	size_t length;
};

void suggest_consider(struct suggestion *near, const char *name);
/* Writes "did you mean 'a', 'b' or 'c'?". */
void suggest_ask(const char *const *names, size_t count, char *buffer, size_t size);
/* The same for the names considered; writes otherwise if none of them is similar. */
void suggest_write(const struct suggestion *near, char *buffer, size_t size, const char *otherwise);

#endif
