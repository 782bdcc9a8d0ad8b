/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_NEAR_H
#define TOOLS_NEAR_H

#include <stddef.h>

/* The names nearest to a word that is none of them. */
struct near {
	const char *word;
	const char *names[3];
	size_t distances[3];
	size_t length;
};

void near_consider(struct near *near, const char *name);
/* Writes "did you mean A, B or C?"; where nothing is near, what to say otherwise. */
void near_write(const struct near *near, char *buffer, size_t size, const char *otherwise);

#endif
