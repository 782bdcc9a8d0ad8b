/* SPDX-License-Identifier: BSD-2-Clause */
#include "escape.h"
#include "base/utf8.h"

#include <ctype.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { ESCAPED_SIZE = sizeof("\\xNN"), UTF8_LENGTH_MAX = 4 };

/* One character as it is printed. */
struct glyph {
	size_t length; /* in bytes of the text */
	size_t width;  /* in columns */
	char printed[UTF8_LENGTH_MAX + ESCAPED_SIZE];
};

static void escape_byte(char escaped[ESCAPED_SIZE], char byte)
{
	snprintf(escaped, ESCAPED_SIZE, "\\x%02x", (unsigned char)byte);
}

/* Most output is plain ASCII, for which the files of the locale need not be read. */
static void need_locale(void)
{
	static bool set;

	if (!set)
		setlocale(LC_CTYPE, "");
	set = true;
}

/* Reads the next character. Returns false at the end. */
static bool next_glyph(struct glyph *glyph, const char *text)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t length;

	if (!*text)
		return false;
	if ((unsigned char)*text >= 0x80)
		need_locale();
	length = utf8_printable((const unsigned char *)text, strnlen(text, UTF8_LENGTH_MAX));
	/* the locale may not be one of UTF-8, or may not know the character */
	if (length == 0 || mbrtowc(&c, text, length, &state) != length || wcwidth(c) < 0) {
		glyph->length = 1;
		glyph->width = ESCAPED_SIZE - 1;
		escape_byte(glyph->printed, *text);
		return true;
	}
	glyph->length = length;
	glyph->width = (size_t)wcwidth(c);
	memcpy(glyph->printed, text, length);
	glyph->printed[length] = '\0';
	return true;
}

void escape_print(FILE *file, const char *text)
{
	struct glyph glyph;

	for (; next_glyph(&glyph, text); text += glyph.length)
		fputs(glyph.printed, file);
}

char *escape_text(const char *text)
{
	char *escaped = malloc((ESCAPED_SIZE - 1) * strlen(text) + 1), *to = escaped;
	struct glyph glyph;

	if (!escaped)
		return NULL;
	for (; next_glyph(&glyph, text); text += glyph.length)
		to = stpcpy(to, glyph.printed);
	*to = '\0';
	return escaped;
}

/* Keeps track of the quote that the text is in; not of an apostrophe. */
static void follow_quotes(char *quote, char before, const char *text)
{
	if (*quote) {
		if (*text == *quote && !isalnum((unsigned char)text[1]))
			*quote = '\0';
	} else if ((*text == '\'' || *text == '`') && strchr(" \n(", before)) {
		*quote = *text;
	}
}

static void wrap(char *text, size_t width, bool breaks_quotes)
{
	char *blank = NULL; /* the last one on this line */
	size_t used = 0, after_blank = 0;
	char quote = '\0', before = ' ';
	struct glyph glyph;

	for (; next_glyph(&glyph, text); before = *text, text += glyph.length) {
		if (!breaks_quotes)
			follow_quotes(&quote, before, text);
		if (*text == ' ' && !quote) {
			blank = text;
			after_blank = 0;
			used++;
			continue;
		}
		used += glyph.width;
		after_blank += glyph.width;
		/* a word that is too long for any line overflows its own */
		if (used <= width || !blank)
			continue;
		*blank = '\n';
		blank = NULL;
		used = after_blank;
	}
}

void escape_wrap(char *text, size_t width)
{
	wrap(text, width, true);
}

void escape_wrap_outside_quotes(char *text, size_t width)
{
	wrap(text, width, false);
}

static const char *line_end(const char *line)
{
	return line + strcspn(line, "\n");
}

static void print_log_line(FILE *file, const char *line, const char *indent)
{
	const char *end = line_end(line);
	struct glyph glyph;

	fputs(indent, file);
	for (; line < end && next_glyph(&glyph, line); line += glyph.length)
		fputs(*line == '\t' ? " " : glyph.printed, file);
	fputc('\n', file);
}

void escape_print_log(FILE *file, const char *log, size_t lines, const char *indent)
{
	const char *line;
	size_t count = 0;

	for (line = log; *line; line = line_end(line) + (*line_end(line) == '\n'))
		count++;
	if (count > lines)
		fprintf(file, "%s(the last %zu of %zu lines; --json has all)\n", indent, lines,
			count);
	for (line = log; *line; line = line_end(line) + (*line_end(line) == '\n')) {
		if (count-- <= lines)
			print_log_line(file, line, indent);
	}
}

char *escape_invalid_utf8(const char *text)
{
	size_t left = strlen(text), length;
	char *escaped = malloc((ESCAPED_SIZE - 1) * left + 1), *to = escaped;

	if (!escaped)
		return NULL;
	for (; left > 0; text += length, left -= length) {
		length = utf8_length((const unsigned char *)text, left);
		if (length > 0) {
			memcpy(to, text, length);
			to += length;
			continue;
		}
		escape_byte(to, *text);
		to += ESCAPED_SIZE - 1;
		length = 1;
	}
	*to = '\0';
	return escaped;
}
