/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of a journal: a word that says what the line is, fields KEY=VALUE, and a checksum:
 *
 *	step index=0 cgroup=/sys/fs/cgroup/web old=12 new=13 crc=5f3c0a11
 *
 * Blanks, control characters, % and = in a value are written as %XX. The checksum of a line covers
 * all lines before it too, so that none can be changed, exchanged or left out.
 */
#ifndef CGSWAP_JOURNAL_JOURNAL_TEXT_H
#define CGSWAP_JOURNAL_JOURNAL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines to be written. Zeroed: empty. */
struct journal_text {
	char *data;
	size_t length, capacity;
	size_t line; /* where the last line begins */
	uint32_t sum;
	bool failed; /* there was no memory */
};

void journal_text_begin(struct journal_text *text, const char *kind);
void journal_text_string(struct journal_text *text, const char *key, const char *value);
void journal_text_number(struct journal_text *text, const char *key, uint64_t value);
void journal_text_end(struct journal_text *text);

/* Drops the lines, which were written, and keeps the memory and the checksum. */
void journal_text_flush(struct journal_text *text);
void journal_text_free(struct journal_text *text);

enum { JOURNAL_FIELDS_MAX = 32 };

/* A line that was read; all strings are in the line itself. */
struct journal_line {
	char *kind;
	size_t count;
	struct journal_field {
		char *key, *value;
	} fields[JOURNAL_FIELDS_MAX];
};

/*
 * Takes a line of this length, without its newline, apart. Returns false, with the checksum as it
 * was, if the line is not what was written.
 */
bool journal_line_read(struct journal_line *out, char *line, size_t length, uint32_t *sum);

/* True if this may be the beginning of a line, without its newline: not more than a whole one. */
bool journal_line_is_cut(const char *line, size_t length);

/* The value of a field; NULL: the line has none of this name. */
const char *journal_line_string(const struct journal_line *line, const char *key);
bool journal_line_number(const struct journal_line *line, const char *key, uint64_t largest,
			 uint64_t *out);

#endif
