/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CGSWAP_BASE_SUGGEST_H
#define CGSWAP_BASE_SUGGEST_H

#include <stddef.h>

/* Near names for a mistyped one. The library and the command each have this file compiled in. */

/* The number of characters to insert, delete or replace to make b of a; a large one for long names.
 */
size_t suggest_distance(const char *a, const char *b);

/* The names nearest to an unknown word. */
struct suggestion {
	const char *word;
	const char *names[3];
	size_t distances[3];
	size_t length;
};

void suggest_consider(struct suggestion *near, const char *name);
/* Writes "did you mean A, B or C?"; where nothing is near, what to say otherwise. */
void suggest_write(const struct suggestion *near, char *buffer, size_t size, const char *otherwise);

#endif
