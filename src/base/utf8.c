/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The length of a character in bytes, by its first byte. */
static size_t utf8_length_by_first(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	if (first >= 0xf0 && first < 0xf5)
		return 4;
	return 0;
}

/* False for an overlong code, a surrogate, and a code beyond Unicode. */
static bool utf8_is_code(uint32_t code, size_t length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (code < least[length] || code > 0x10ffff)
		return false;
	return code < 0xd800 || code > 0xdfff;
}

static size_t utf8_decode(uint32_t *code, const unsigned char *text, size_t left)
{
	size_t length = utf8_length_by_first(text[0]);

	if (!length || length > left)
		return 0;
	*code = length == 1 ? text[0] : text[0] & (0x7f >> length);
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (text[i] & 0x3f);
	}
	return utf8_is_code(*code, length) ? length : 0;
}

static bool utf8_is_printable_code(uint32_t code)
{
	bool is_control = code < 0x20 || (code >= 0x7f && code < 0xa0);
	bool ends_line = code == 0x2028 || code == 0x2029;
	bool turns_line = code == 0x061c || code == 0x200e || code == 0x200f ||
			  (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);

	return !is_control && !ends_line && !turns_line;
}

size_t utf8_length(const unsigned char *text, size_t left)
{
	uint32_t code;

	return utf8_decode(&code, text, left);
}

void utf8_cut(char *text, size_t length)
{
	size_t first = length;

	while (first && length - first < 4) {
		unsigned char byte = (unsigned char)text[--first];

		if (byte < 0x80)
			return;
		if (byte >= 0xc0) { /* begins a character */
			if (utf8_length_by_first(byte) > length - first)
				text[first] = '\0';
			return;
		}
	}
}

size_t utf8_printable(const unsigned char *text, size_t left)
{
	uint32_t code;
	size_t length = utf8_decode(&code, text, left);

	return length && utf8_is_printable_code(code) ? length : 0;
}

size_t utf8_escape(char *out, size_t *used, const unsigned char *text, size_t left)
{
	static const char digits[] = "0123456789abcdef";

	*used = utf8_printable(text, left);
	if (*used && *text != '\\') {
		memcpy(out, text, *used);
		return *used;
	}
	*used = 1;
	out[0] = '\\';
	if (*text == '\\') {
		out[1] = '\\';
		return 2;
	}
	out[1] = 'x';
	out[2] = digits[*text >> 4];
	out[3] = digits[*text & 0xf];
	return 4;
}
