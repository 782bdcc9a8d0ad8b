/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal/journal_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

static const char journal_hex[] = "0123456789abcdef";
static const char journal_sum_key[] = " crc=";

enum { JOURNAL_SUM_LENGTH = sizeof(journal_sum_key) - 1 + 8 };

/* CRC-32, as Ethernet and gzip have it. */
static uint32_t journal_sum(uint32_t sum, const char *data, size_t length)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
		0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};

	sum = ~sum;
	for (size_t i = 0; i < length; i++) {
		sum ^= (unsigned char)data[i];
		sum = table[sum & 15] ^ (sum >> 4);
		sum = table[sum & 15] ^ (sum >> 4);
	}
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
	journal_text_raw(text, " ");
	journal_text_raw(text, key);
	journal_text_raw(text, "=");
	if (!journal_text_reserve(text, 3 * strlen(value)))
		return;
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
	char digits[24];

	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);
	journal_text_string(text, key, digits);
}

void journal_text_end(struct journal_text *text)
{
	if (!journal_text_reserve(text, JOURNAL_SUM_LENGTH + 2))
		return;
	text->sum = journal_sum(text->sum, text->data + text->line, text->length - text->line);
	text->length += (size_t)sprintf(text->data + text->length, "%s%08x\n", journal_sum_key,
					text->sum);
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
