/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/shell_word.h"

#include <string.h>

/* Ends the quotes, adds a quote, and begins them again. */
static const char QUOTE[] = "'\\''";

static bool is_plain(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789%+,-./:=@_";

	return *text && !text[strspn(text, plain)];
}

static size_t quoted_length(const char *text)
{
	size_t length = strlen("''");

	for (; *text; text++)
		length += *text == '\'' ? strlen(QUOTE) : 1;
	return length;
}

bool shell_word(char *out, size_t size, const char *text)
{
	bool plain = is_plain(text);

	if ((plain ? strlen(text) : quoted_length(text)) >= size)
		return false;
	if (plain) {
		strcpy(out, text);
		return true;
	}
	*out++ = '\'';
	for (; *text; text++) {
		if (*text == '\'') {
			memcpy(out, QUOTE, strlen(QUOTE));
			out += strlen(QUOTE);
		} else {
			*out++ = *text;
		}
	}
	strcpy(out, "'");
	return true;
}
