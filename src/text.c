/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <string.h>

int text_prefix(const char *text, const char *const *words, const char **rest)
{
	const char *colon = strchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;

	*rest = text;
	if (!colon)
		return -1;
	for (int i = 0; words[i]; i++) {
		if (strlen(words[i]) != length || memcmp(words[i], text, length))
			continue;
		*rest = colon + 1;
		return i;
	}
	return -1;
}

bool text_is_digits(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

bool text_ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), wanted = strlen(end);

	return length >= wanted && strcmp(text + length - wanted, end) == 0;
}
