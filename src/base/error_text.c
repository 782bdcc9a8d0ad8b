/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error_text.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *const detail_names[] = {
	"ancestor",     "attach_type", "candidate",   "capability", "certain",        "cgroup",
	"constant",     "count",       "expected",    "feature",    "found",          "line",
	"link_id",      "map",         "map_id",      "new_value",  "old_program_id", "old_value",
	"option",       "path",        "pid",         "pin",        "position",       "program_id",
	"program_name", "section",     "selector",    "since",      "slot",           "source",
	"step",         "total",       "transaction", "variable",
};

/* One conversion of a format, "%.200s{path}": its parts. */
struct conversion {
	const char *end;  /* after the braces, if there are any */
	const char *name; /* NULL: not a detail */
	size_t name_length;
	size_t precision; /* SIZE_MAX: none */
	unsigned longs;   /* the number of l; 3: z */
	bool alternative; /* the flag # */
	bool quoted;      /* a quote follows, and then the braces */
	char type;
};

const char *error_detail_name_at(size_t index)
{
	size_t count = sizeof(detail_names) / sizeof(*detail_names);

	return index < count ? detail_names[index] : NULL;
}

static const char *detail_name(const char *name, size_t length)
{
	const char *known;

	for (size_t i = 0; (known = error_detail_name_at(i)) != NULL; i++)
		if (strlen(known) == length && memcmp(known, name, length) == 0)
			return known;
	return NULL;
}

void error_text_clear(struct error_text *text)
{
	text->length = 0;
	text->message[0] = '\0';
	text->detail_count = 0;
	text->values_size = 0;
}

void error_text_copy(struct error_text *to, const struct error_text *from)
{
	to->length = from->length;
	to->detail_count = from->detail_count;
	to->values_size = from->values_size;
	memcpy(to->message, from->message, from->length + 1);
	memcpy(to->details, from->details, from->detail_count * sizeof(*from->details));
	memcpy(to->values, from->values, from->values_size);
}

static void conversion_read(struct conversion *out, const char *at)
{
	*out = (struct conversion){ .precision = SIZE_MAX };
	if (*at == '#') {
		out->alternative = true;
		at++;
	}
	if (*at == '.') {
		out->precision = 0;
		for (at++; *at >= '0' && *at <= '9'; at++)
			out->precision = out->precision * 10 + (size_t)(*at - '0');
	}
	for (; *at == 'l' || *at == 'z'; at++)
		out->longs += *at == 'z' ? 3 : 1;
	out->type = *at;
	out->end = at + (*at != '\0');
	out->quoted = out->end[0] == '\'' && out->end[1] == '{';
	if (out->end[out->quoted] != '{')
		return;
	out->name = out->end + out->quoted + 1;
	out->name_length = strcspn(out->name, "}");
	out->end = out->name + out->name_length;
	out->end += *out->end == '}';
}

static void error_text_append(struct error_text *text, const char *value, size_t length)
{
	size_t left = sizeof(text->message) - text->length - 1;

	if (length > left)
		length = left;
	memcpy(text->message + text->length, value, length);
	text->length += length;
	text->message[text->length] = '\0';
}

static void error_text_append_escaped(struct error_text *text, const char *value, size_t most)
{
	char shown[ERROR_MESSAGE_SIZE];
	size_t length = strnlen(value, most);

	if (length >= sizeof(shown))
		length = sizeof(shown) - 1;
	memcpy(shown, value, length);
	shown[length] = '\0';
	text_escape_controls(text->message + text->length, sizeof(text->message) - text->length,
			     shown);
	text->length += strlen(text->message + text->length);
}

static void error_text_add_detail(struct error_text *text, const char *name, const char *value,
				  bool is_number)
{
	size_t size = strlen(value) + 1;

	if (!name || text->detail_count == ERROR_DETAILS_MAX ||
	    size > sizeof(text->values) - text->values_size)
		return;
	text->details[text->detail_count++] = (struct error_detail){
		.name = name,
		.value = (uint32_t)text->values_size,
		.is_number = is_number,
	};
	memcpy(text->values + text->values_size, value, size);
	text->values_size += size;
}

static unsigned long long conversion_take_number(const struct conversion *conversion, va_list *args)
{
	bool is_signed = conversion->type == 'd';

	switch (conversion->longs) {
	case 0:
		return is_signed ? (unsigned long long)va_arg(*args, int) : va_arg(*args, unsigned);
	case 1:
		return is_signed ? (unsigned long long)va_arg(*args, long)
				 : va_arg(*args, unsigned long);
	case 2:
		return va_arg(*args, unsigned long long);
	default:
		return va_arg(*args, size_t);
	}
}

/* The value of a %d, %u or %x as text. */
static void conversion_format_number(char *out, size_t size, const struct conversion *conversion,
				     unsigned long long number)
{
	if (conversion->type == 'd')
		snprintf(out, size, "%lld", (long long)number);
	else if (conversion->type == 'u')
		snprintf(out, size, "%llu", number);
	else
		snprintf(out, size, conversion->alternative ? "%#llx" : "%llx", number);
}

/* Appends the next argument. */
static void error_text_add_value(struct error_text *text, const struct conversion *conversion,
				 va_list *args)
{
	char number[32] = "";
	const char *value = number;

	switch (conversion->type) {
	case 's':
		value = va_arg(*args, const char *);
		value = value ? value : "";
		break;
	case 'c':
		number[0] = (char)va_arg(*args, int);
		break;
	default:
		conversion_format_number(number, sizeof(number), conversion,
					 conversion_take_number(conversion, args));
	}
	error_text_append_escaped(text, value, conversion->precision);
	if (conversion->quoted)
		error_text_append(text, "'", 1);
	if (conversion->name)
		error_text_add_detail(text, detail_name(conversion->name, conversion->name_length),
				      value, conversion->type == 'd' || conversion->type == 'u');
}

static void error_text_add_args(struct error_text *text, const char *format, va_list args)
{
	struct conversion conversion;
	va_list left;

	va_copy(left, args);
	while (*format) {
		size_t length = strcspn(format, "%");

		error_text_append(text, format, length);
		format += length;
		if (!*format)
			break;
		if (format[1] == '%') {
			error_text_append(text, "%", 1);
			format += 2;
			continue;
		}
		conversion_read(&conversion, format + 1);
		error_text_add_value(text, &conversion, &left);
		format = conversion.end;
	}
	va_end(left);
}

void error_text_add(struct error_text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_text_add_args(text, format, args);
	va_end(args);
}

void error_text_format(struct error_text *text, const char *format, va_list args)
{
	error_text_clear(text);
	error_text_add_args(text, format, args);
}

void error_text_add_text(struct error_text *text, const struct error_text *part)
{
	error_text_append(text, part->message, part->length);
	for (size_t i = 0; i < part->detail_count; i++)
		error_text_add_detail(text, error_text_detail_name(part, i),
				      error_text_detail_value(part, i),
				      error_text_detail_is_number(part, i));
}

const char *error_text_detail_name(const struct error_text *text, size_t index)
{
	return index < text->detail_count ? text->details[index].name : "";
}

const char *error_text_detail_value(const struct error_text *text, size_t index)
{
	return index < text->detail_count ? text->values + text->details[index].value : "";
}

bool error_text_detail_is_number(const struct error_text *text, size_t index)
{
	return index < text->detail_count && text->details[index].is_number;
}
