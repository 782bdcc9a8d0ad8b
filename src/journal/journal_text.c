/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal/journal_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

static const char journal_hex[] = "0123456789abcdef";
static const char journal_sum_key[] = " crc=";

enum { JOURNAL_SUM_LENGTH = sizeof(journal_sum_key) - 1 + 8 };

/*
 * CRC-32, as Ethernet and gzip have it, four bytes at a time: the sum of a word is that of its
 * digits. The table has these for each digit at each position, as 32 more bits follow it.
 */
static uint32_t journal_sum_word(uint32_t word)
{
	static const uint32_t table[8 * 16] = {
		0x00000000, 0xb8bc6765, 0xaa09c88b, 0x12b5afee, 0x8f629757, 0x37def032, 0x256b5fdc,
		0x9dd738b9, 0xc5b428ef, 0x7d084f8a, 0x6fbde064, 0xd7018701, 0x4ad6bfb8, 0xf26ad8dd,
		0xe0df7733, 0x58631056, 0x00000000, 0x5019579f, 0xa032af3e, 0xf02bf8a1, 0x9b14583d,
		0xcb0d0fa2, 0x3b26f703, 0x6b3fa09c, 0xed59b63b, 0xbd40e1a4, 0x4d6b1905, 0x1d724e9a,
		0x764dee06, 0x2654b999, 0xd67f4138, 0x866616a7, 0x00000000, 0x01c26a37, 0x0384d46e,
		0x0246be59, 0x0709a8dc, 0x06cbc2eb, 0x048d7cb2, 0x054f1685, 0x0e1351b8, 0x0fd13b8f,
		0x0d9785d6, 0x0c55efe1, 0x091af964, 0x08d89353, 0x0a9e2d0a, 0x0b5c473d, 0x00000000,
		0x1c26a370, 0x384d46e0, 0x246be590, 0x709a8dc0, 0x6cbc2eb0, 0x48d7cb20, 0x54f16850,
		0xe1351b80, 0xfd13b8f0, 0xd9785d60, 0xc55efe10, 0x91af9640, 0x8d893530, 0xa9e2d0a0,
		0xb5c473d0, 0x00000000, 0x191b3141, 0x32366282, 0x2b2d53c3, 0x646cc504, 0x7d77f445,
		0x565aa786, 0x4f4196c7, 0xc8d98a08, 0xd1c2bb49, 0xfaefe88a, 0xe3f4d9cb, 0xacb54f0c,
		0xb5ae7e4d, 0x9e832d8e, 0x87981ccf, 0x00000000, 0x4ac21251, 0x958424a2, 0xdf4636f3,
		0xf0794f05, 0xbabb5d54, 0x65fd6ba7, 0x2f3f79f6, 0x3b83984b, 0x71418a1a, 0xae07bce9,
		0xe4c5aeb8, 0xcbfad74e, 0x8138c51f, 0x5e7ef3ec, 0x14bce1bd, 0x00000000, 0x77073096,
		0xee0e612c, 0x990951ba, 0x076dc419, 0x706af48f, 0xe963a535, 0x9e6495a3, 0x0edb8832,
		0x79dcb8a4, 0xe0d5e91e, 0x97d2d988, 0x09b64c2b, 0x7eb17cbd, 0xe7b82d07, 0x90bf1d91,
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158,
		0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4,
		0xa00ae278, 0xbdbdf21c,
	};
	uint32_t sum = 0;

	for (unsigned i = 0; i < 8; i++)
		sum ^= table[16 * i + (word >> 4 * i & 15)];
	return sum;
}

static uint32_t journal_sum(uint32_t sum, const char *data, size_t length)
{
	const unsigned char *at = (const unsigned char *)data;

	sum = ~sum;
	for (; length >= 4; length -= 4, at += 4)
		sum = journal_sum_word(sum ^ ((uint32_t)at[0] | (uint32_t)at[1] << 8 |
					      (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24));
	/* a byte in the highest place has the 8 bits behind it only */
	for (; length; length--, at++)
		sum = sum >> 8 ^ journal_sum_word((sum ^ *at) << 24);
	return ~sum;
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool journal_text_reserve(struct journal_text *text, size_t more)
{
	size_t capacity = text->capacity ? text->capacity : 4096;
	char *data;

	if (text->failed)
		return false;
	if (text->length + more <= text->capacity)
		return true;
	while (capacity < text->length + more)
		capacity *= 2;
	data = realloc(text->data, capacity);
	text->failed = !data;
	if (!data)
		return false;
	text->data = data;
	text->capacity = capacity;
	return true;
}

static void journal_text_raw(struct journal_text *text, const char *raw)
{
	size_t length = strlen(raw);

	if (!journal_text_reserve(text, length))
		return;
	memcpy(text->data + text->length, raw, length);
	text->length += length;
}

void journal_text_begin(struct journal_text *text, const char *kind)
{
	text->line = text->length;
	journal_text_raw(text, kind);
}

static bool journal_is_plain(unsigned char byte)
{
	return byte > ' ' && byte != '%' && byte != '=' && byte != 0x7f;
}

void journal_text_string(struct journal_text *text, const char *key, const char *value)
{
	size_t length = strlen(key);

	if (!journal_text_reserve(text, length + 2 + 3 * strlen(value)))
		return;
	text->data[text->length++] = ' ';
	memcpy(text->data + text->length, key, length);
	text->length += length;
	text->data[text->length++] = '=';
	for (; *value; value++) {
		unsigned char byte = (unsigned char)*value;

		if (journal_is_plain(byte)) {
			text->data[text->length++] = *value;
			continue;
		}
		text->data[text->length++] = '%';
		text->data[text->length++] = journal_hex[byte >> 4];
		text->data[text->length++] = journal_hex[byte & 15];
	}
}

void journal_text_number(struct journal_text *text, const char *key, uint64_t value)
{
	char digits[24], *first = digits + sizeof(digits) - 1;

	*first = '\0';
	do
		*--first = (char)('0' + value % 10);
	while (value /= 10);
	journal_text_string(text, key, first);
}

void journal_text_end(struct journal_text *text)
{
	if (!journal_text_reserve(text, JOURNAL_SUM_LENGTH + 2))
		return;
	text->sum = journal_sum(text->sum, text->data + text->line, text->length - text->line);
	journal_text_raw(text, journal_sum_key);
	for (int shift = 28; shift >= 0; shift -= 4)
		text->data[text->length++] = journal_hex[text->sum >> shift & 15];
	text->data[text->length++] = '\n';
}

void journal_text_flush(struct journal_text *text)
{
	text->length = 0;
	text->line = 0;
}

void journal_text_free(struct journal_text *text)
{
	free(text->data);
	memset(text, 0, sizeof(*text));
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The value of a hexadecimal digit as it is written; -1: it is not one. */
static int journal_digit(char digit)
{
	const char *at = digit ? strchr(journal_hex, digit) : NULL;

	return at ? (int)(at - journal_hex) : -1;
}

/* Writes the bytes that %XX stand for in place. */
static bool journal_unescape(char *value)
{
	char *out = value;

	for (; *value; value++) {
		int high, low;

		if (*value != '%') {
			*out++ = *value;
			continue;
		}
		high = journal_digit(value[1]);
		low = high < 0 ? -1 : journal_digit(value[2]);
		if (low < 0 || high + low == 0)
			return false;
		*out++ = (char)(high << 4 | low);
		value += 2;
	}
	*out = '\0';
	return true;
}

static bool journal_line_check(char *line, size_t length, uint32_t *sum)
{
	char wanted[JOURNAL_SUM_LENGTH + 1];
	uint32_t found;

	if (length < JOURNAL_SUM_LENGTH || memchr(line, '\0', length))
		return false;
	length -= JOURNAL_SUM_LENGTH;
	found = journal_sum(*sum, line, length);
	snprintf(wanted, sizeof(wanted), "%s%08x", journal_sum_key, found);
	if (memcmp(line + length, wanted, JOURNAL_SUM_LENGTH))
		return false;
	line[length] = '\0';
	*sum = found;
	return true;
}

static bool journal_field_read(struct journal_field *out, char *text)
{
	char *equals = strchr(text, '=');

	if (!equals)
		return false;
	*equals = '\0';
	out->key = text;
	out->value = equals + 1;
	return journal_unescape(out->value);
}

bool journal_line_read(struct journal_line *out, char *line, size_t length, uint32_t *sum)
{
	uint32_t next = *sum;
	char *save = NULL, *word;

	out->count = 0;
	if (!journal_line_check(line, length, &next))
		return false;
	out->kind = strtok_r(line, " ", &save);
	if (!out->kind)
		return false;
	while ((word = strtok_r(NULL, " ", &save)) != NULL)
		if (out->count == JOURNAL_FIELDS_MAX ||
		    !journal_field_read(&out->fields[out->count++], word))
			return false;
	*sum = next;
	return true;
}

bool journal_line_is_cut(const char *line, size_t length)
{
	const char *sum = memmem(line, length, journal_sum_key, sizeof(journal_sum_key) - 1);

	return !sum || length - (size_t)(sum - line) <= JOURNAL_SUM_LENGTH;
}

const char *journal_line_string(const struct journal_line *line, const char *key)
{
	for (size_t i = 0; i < line->count; i++)
		if (strcmp(line->fields[i].key, key) == 0)
			return line->fields[i].value;
	return NULL;
}

bool journal_line_number(const struct journal_line *line, const char *key, uint64_t largest,
			 uint64_t *out)
{
	const char *value = journal_line_string(line, key);

	return value && number_parse(value, largest, out);
}
