/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formats the message of an error and collects its details. A conversion of the format that is
 * followed by a name in braces is also a detail with that name:
 *
 *	"cgroup '%s'{cgroup} has the id %llu{cgroup_id}"
 *
 * The braces are not part of the message. The names are those of error_detail_name_at().
 */
#ifndef CGSWAP_BASE_ERROR_TEXT_H
#define CGSWAP_BASE_ERROR_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ERROR_MESSAGE_SIZE = 768,
	ERROR_DETAILS_MAX = 56,
	ERROR_DETAILS_SIZE = 4096 + 1024, /* the longest path, and other values */
};

struct error_detail {
	const char *name; /* constant */
	uint32_t value;   /* offset in struct error_text, values */
	bool is_number;   /* the conversion was %d or %u */
};

struct error_text {
	size_t length;
	size_t detail_count;
	size_t values_size;
	struct error_detail details[ERROR_DETAILS_MAX];
	char message[ERROR_MESSAGE_SIZE];
	char values[ERROR_DETAILS_SIZE];
};

void error_text_clear(struct error_text *text);

/* Copies only the parts in use. */
void error_text_copy(struct error_text *to, const struct error_text *from);

/*
 * Appends to the message. Of printf's conversions it knows %s, %c, %d, %u and %x with the flag #, a
 * precision for %s, and the lengths l, ll and z. Control characters in strings are escaped in the
 * message. A precision shortens a string in the message only, not in its detail. A detail that does
 * not fit is left out.
 */
void error_text_add(struct error_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Starts a text with these arguments. */
void error_text_format(struct error_text *text, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Appends another text and its details. */
void error_text_add_text(struct error_text *text, const struct error_text *part);

/* The details of a text, from index 0. */
const char *error_text_detail_name(const struct error_text *text, size_t index);
const char *error_text_detail_value(const struct error_text *text, size_t index);
bool error_text_detail_is_number(const struct error_text *text, size_t index);

/* The names that details may have. NULL past the last. */
const char *error_detail_name_at(size_t index);

#endif
