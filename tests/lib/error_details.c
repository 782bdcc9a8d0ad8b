/* SPDX-License-Identifier: BSD-2-Clause */
#include "error_details.h"

#include "tap.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { VALUE_SIZE = 8192, SHORTEST = 15 /* characters of a value that a message shortens */ };

/* Writes the text as a message shows it, with its control characters escaped. */
static void escape_value(char *out, const char *text)
{
	size_t used = 0;

	for (; *text && used + 5 < VALUE_SIZE; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < ' ' || byte == 0x7f)
			used += (size_t)snprintf(out + used, VALUE_SIZE - used, "\\x%02x", byte);
		else
			out[used++] = *text;
	}
	out[used] = '\0';
}

static bool message_has(const char *message, const char *text)
{
	char value[VALUE_SIZE];

	escape_value(value, text);
	if (strlen(value) > SHORTEST)
		value[SHORTEST] = '\0';
	return strstr(message, value) != NULL;
}

/* True if the part of a message is in a detail: the whole value, or the beginning of a long one. */
static bool detail_has(const cgswap_error *error, const char *part, size_t length, bool is_number)
{
	char value[VALUE_SIZE];

	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++) {
		escape_value(value, cgswap_error_get_detail_text(error, i));
		if (strncmp(value, part, length) == 0 &&
		    (!value[length] || (!is_number && length >= SHORTEST)))
			return true;
		/* "pos:0 (id 12)" is one candidate, and a line of libbpf one finding */
		if (strpbrk(value, ": (") && memmem(value, strlen(value), part, length))
			return true;
	}
	return false;
}

/* Parts of messages that are the same each time. */
static bool is_constant(const char *at)
{
	static const char *const constants[] = {
		"16 hexadecimal digits", "15 characters", "0 or more", "0;",
		"'_' and '.'", "' and '.'", "'.' are allowed", "1 for none",
	};

	for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++)
		if (strncmp(at, constants[i], strlen(constants[i])) == 0)
			return true;
	return false;
}

/* The length of the quoted value that begins at a quote; 0 if it is an apostrophe. */
static size_t quoted_length(const char *message, const char *quote)
{
	const char *end = quote;

	if (quote > message && isalnum((unsigned char)quote[-1]))
		return 0;
	while ((end = strchr(end + 1, '\'')) != NULL)
		if (!end[1] || strchr(" ,;:)?.", end[1]))
			return (size_t)(end - quote - 1);
	return 0;
}

static bool quotes_agree(const cgswap_error *error, const char *message)
{
	bool good = true;

	for (const char *at = strchr(message, '\''); at; at = strchr(at + 1, '\'')) {
		size_t length = quoted_length(message, at);

		if (!length || is_constant(at))
			continue;
		if (!detail_has(error, at + 1, length, false)) {
			diag("no detail is '%.*s'", (int)length, at + 1);
			good = false;
		}
		at += length + 1;
	}
	return good;
}

/* The length of the number that begins there, as a word of its own; 0: none. */
static size_t number_length(const char *message, const char *at)
{
	size_t length = strspn(at, "0123456789");

	if (!length || (at > message && !strchr(" (", at[-1])))
		return 0;
	return !at[length] || strchr(" ,;:)", at[length]) ? length : 0;
}

static bool numbers_agree(const cgswap_error *error, const char *message)
{
	bool good = true, quoted = false;

	for (const char *at = message; *at; at++) {
		size_t length = number_length(message, at);

		if (*at == '\'')
			quoted = !quoted;
		if (!length || quoted || is_constant(at))
			continue;
		if (!detail_has(error, at, length, true)) {
			diag("no detail is %.*s", (int)length, at);
			good = false;
		}
		at += length - 1;
	}
	return good;
}

bool error_details_agree(const cgswap_error *error)
{
	const char *message = cgswap_error_get_message(error);
	bool good = true;

	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++) {
		const char *text = cgswap_error_get_detail_text(error, i);

		if (message_has(message, text))
			continue;
		diag("the message lacks the detail %s: %s", cgswap_error_get_detail_name(error, i),
		     text);
		good = false;
	}
	good &= quotes_agree(error, message);
	good &= numbers_agree(error, message);
	if (!good)
		diag("message: %s", message);
	return good;
}
