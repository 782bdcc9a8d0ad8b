/* SPDX-License-Identifier: BSD-2-Clause */
#include "escape.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

/* One character as it is printed. */
struct glyph {
	size_t length; /* of its bytes in the text */
	size_t width;  /* in columns */
	char printed[MB_LEN_MAX + 8];
};

static bool turns_direction(wint_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static void escape(struct glyph *glyph, unsigned char byte)
{
	glyph->length = 1;
	glyph->width = 4;
	snprintf(glyph->printed, sizeof(glyph->printed), "\\x%02x", byte);
}

/* Takes the next character; false at the end. */
static bool next_glyph(struct glyph *glyph, const char *text)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t length;

	if (!*text)
		return false;
	length = mbrtowc(&c, text, strnlen(text, MB_CUR_MAX), &state);
	if (length == 0 || length > MB_LEN_MAX || !iswprint((wint_t)c) || wcwidth(c) < 0 ||
	    turns_direction((wint_t)c)) {
		escape(glyph, (unsigned char)*text);
		return true;
	}
	glyph->length = length;
	glyph->width = (size_t)wcwidth(c);
	memcpy(glyph->printed, text, length);
	glyph->printed[length] = '\0';
	return true;
}

static const char *ellipsis(size_t *width)
{
	static const char sign[] = "\xe2\x80\xa6";
	mbstate_t state = { 0 };
	wchar_t c;

	if (mbrtowc(&c, sign, sizeof(sign) - 1, &state) == sizeof(sign) - 1 && c == 0x2026) {
		*width = 1;
		return sign;
	}
	*width = 2;
	return "..";
}

size_t plain_width(const char *text)
{
	struct glyph glyph;
	size_t width = 0;

	for (; next_glyph(&glyph, text); text += glyph.length)
		width += glyph.width;
	return width;
}

void plain_print(FILE *file, const char *text)
{
	struct glyph glyph;

	for (; next_glyph(&glyph, text); text += glyph.length)
		fputs(glyph.printed, file);
}

void plain_print_cut(FILE *file, const char *text, size_t width)
{
	struct glyph glyph;
	size_t sign_width, used = 0;
	const char *sign;

	if (plain_width(text) <= width) {
		plain_print(file, text);
		return;
	}
	sign = ellipsis(&sign_width);
	for (; next_glyph(&glyph, text); text += glyph.length) {
		if (used + glyph.width + sign_width > width)
			break;
		fputs(glyph.printed, file);
		used += glyph.width;
	}
	fputs(sign, file);
	for (used += sign_width; used < width; used++)
		fputc(' ', file);
}

/* Where the word ends that begins here, and how wide it is. */
static const char *word_end(const char *text, size_t *width)
{
	struct glyph glyph;

	for (*width = 0; *text != ' ' && next_glyph(&glyph, text); text += glyph.length)
		*width += glyph.width;
	return text;
}

static void print_part(FILE *file, const char *text, const char *end)
{
	struct glyph glyph;

	for (; text < end && next_glyph(&glyph, text); text += glyph.length)
		fputs(glyph.printed, file);
}

size_t plain_print_line(FILE *file, const char **text, size_t width)
{
	const char *word = *text + strspn(*text, " ");
	const char *end;
	size_t used = 0, wide;

	while (*word) {
		end = word_end(word, &wide);
		/* a word that is too long for any line overflows its own */
		if (used > 0 && used + 1 + wide > width)
			break;
		if (used > 0)
			fputc(' ', file);
		print_part(file, word, end);
		used += wide + (used > 0);
		word = end + strspn(end, " ");
	}
	*text = word;
	return used;
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

void plain_print_log(FILE *file, const char *log, size_t lines, const char *indent)
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
