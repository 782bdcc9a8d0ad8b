/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_TEXT = 1024 }; /* bytes of a foreign text that are shown */

static const char CUT[] = "...";

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

const char *text_file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* How many bytes a character of UTF-8 has that may be shown; 0: it must be escaped. */
static size_t utf8_printable_length(const unsigned char *at, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = *at < 0xc2 ? 0 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : *at < 0xf5 ? 4 : 0;
	uint32_t code;

	if (*at >= 0x20 && *at < 0x7f && *at != '\\')
		return 1;
	if (!length || length > left)
		return 0;
	code = *at & (0x7f >> length);
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	/* controls, and what turns a line's direction */
	if (code < 0xa0 || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
		return 0;
	return length;
}

char *text_printable(const void *from, size_t size)
{
	const unsigned char *bytes = from;
	size_t length = strnlen(from, size), at = 0, done = 0;
	size_t most = length < LONGEST_TEXT ? length : LONGEST_TEXT;
	char *text = malloc(4 * most + sizeof(CUT));

	if (!text)
		return NULL;
	while (at < most) {
		size_t whole = utf8_printable_length(bytes + at, length - at);

		if (whole > most - at)
			break;
		if (whole)
			memcpy(text + done, bytes + at, whole);
		else if (bytes[at] == '\\')
			memcpy(text + done, "\\\\", 2);
		else
			snprintf(text + done, 5, "\\x%02x", bytes[at]);
		done += whole ? whole : bytes[at] == '\\' ? 2 : 4;
		at += whole ? whole : 1;
	}
	strcpy(text + done, at < length ? CUT : "");
	return text;
}

void text_make_one_line(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}
