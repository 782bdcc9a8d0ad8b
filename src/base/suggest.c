/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/suggest.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 48 };

size_t suggest_distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1];
	size_t length = strlen(b), i, j, corner, above, best;

	if (length > LONGEST || strlen(a) > LONGEST)
		return SIZE_MAX;
	for (j = 0; j <= length; j++)
		row[j] = j;
	for (i = 1; a[i - 1]; i++) {
		corner = row[0];
		row[0] = i;
		for (j = 1; j <= length; j++) {
			above = row[j];
			best = corner + (a[i - 1] != b[j - 1]);
			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
			corner = above;
		}
	}
	return row[length];
}

void suggest_consider(struct suggestion *near, const char *name)
{
	const size_t capacity = sizeof(near->names) / sizeof(near->names[0]);
	size_t length = strlen(near->word), found, i;

	found = suggest_distance(near->word, name);
	if (length >= 3 && strstr(name, near->word))
		found = 1;
	if (length == 0 || found > 1 + length / 4)
		return;
	for (i = near->length < capacity ? near->length++ : capacity; i > 0; i--) {
		if (near->distances[i - 1] <= found)
			break;
		if (i < capacity) {
			near->names[i] = near->names[i - 1];
			near->distances[i] = near->distances[i - 1];
		}
	}
	if (i < capacity) {
		near->names[i] = name;
		near->distances[i] = found;
	}
}

void suggest_ask(const char *const *names, size_t count, char *buffer, size_t size)
{
	size_t length = (size_t)snprintf(buffer, size, "did you mean ");

	for (size_t i = 0; i < count && length < size; i++) {
		const char *separator = i + 1 < count ? ", " : " or ";

		length += (size_t)snprintf(buffer + length, size - length, "%s'%s'",
					   i ? separator : "", names[i]);
	}
	if (length < size)
		snprintf(buffer + length, size - length, "?");
}

void suggest_write(const struct suggestion *near, char *buffer, size_t size, const char *otherwise)
{
	if (near->length)
		suggest_ask(near->names, near->length, buffer, size);
	else
		snprintf(buffer, size, "%s", otherwise);
}
