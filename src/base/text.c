/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { LONGEST_TEXT = 1024 }; /* bytes shown of a text from outside */

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

char *text_printable(const void *from, size_t size)
{
	const unsigned char *bytes = from;
	size_t length = strnlen(from, size), at = 0, done = 0;
	size_t most = length < LONGEST_TEXT ? length : LONGEST_TEXT;
	char *text = malloc(UTF8_ESCAPE_SIZE * most + sizeof(CUT));

	if (!text)
		return NULL;
	while (at < most) {
		size_t used, left = length - at;

		if (utf8_printable(bytes + at, left) > most - at)
			break;
		done += utf8_escape(text + done, &used, bytes + at, left);
		at += used;
	}
	strcpy(text + done, at < length ? CUT : "");
	return text;
}

void text_copy(char *out, size_t size, const char *text)
{
	size_t length = strnlen(text, size - 1);

	memcpy(out, text, length);
	out[length] = '\0';
}

void text_escape_controls(char *out, size_t size, const char *text)
{
	size_t used = 0, length;

	for (; *text; text++, used += length) {
		unsigned char byte = (unsigned char)*text;
		bool is_control = byte < ' ' || byte == 0x7f;

		length = is_control ? strlen("\\xNN") : 1;
		if (used + length >= size)
			break;
		if (is_control)
			snprintf(out + used, size - used, "\\x%02x", byte);
		else
			out[used] = *text;
	}
	out[used] = '\0';
}

void text_make_one_line(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}
