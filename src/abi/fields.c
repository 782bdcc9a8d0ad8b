/* SPDX-License-Identifier: BSD-2-Clause */
#include "abi/fields.h"

#include <string.h>

/* ---- a function for each expression ---------------------------------------------------------- */

#define EXPRESSION(type, function, expression)                                                     \
	static type function(const struct record_place *place)                                     \
	{                                                                                          \
		const void *h = place->h, *r = place->r;                                           \
		size_t i = place->i, j = place->j;                                                 \
                                                                                                   \
		(void)h;                                                                           \
		(void)r;                                                                           \
		(void)i;                                                                           \
		(void)j;                                                                           \
		return expression;                                                                 \
	}

#define RECORD(rec, class, part, description) EXPRESSION(const void *, field_##rec##_part, part)
#define TEXT(rec, kind, name, part, text, description)                                             \
	EXPRESSION(const char *, field_##rec##_##name, text)
#define NUMBER(rec, kind, name, part, number, description)                                         \
	EXPRESSION(uint64_t, field_##rec##_##name, (uint64_t)(number))
#define ENUM(rec, kind, name, part, of, number, description)                                       \
	EXPRESSION(uint64_t, field_##rec##_##name, (uint64_t)(number))                             \
	static const char *field_##rec##_##name##_text(int value)                                  \
	{                                                                                          \
		return cgswap_##of##_get_name((enum cgswap_##of)value);                            \
	}
#define NUMBERS(rec, name, part, total, number, description)                                       \
	EXPRESSION(size_t, field_##rec##_##name##_count, total)                                    \
	EXPRESSION(uint64_t, field_##rec##_##name, number)
#define TEXTS(rec, name, part, total, text, its_value, description)                                \
	EXPRESSION(size_t, field_##rec##_##name##_count, total)                                    \
	EXPRESSION(const char *, field_##rec##_##name, text)                                       \
	EXPRESSION(const char *, field_##rec##_##name##_value, its_value)
#define RECORDS(rec, name, part, total, of, description)                                           \
	EXPRESSION(size_t, field_##rec##_##name##_count, total)
#include "abi/fields.def"

/* ---- a row for each field -------------------------------------------------------------------- */

#define RECORD(rec, class, part, description) static const struct field fields_of_##rec[] = {
#define TEXT(rec, its_kind, its_name, its_part, its_text, description)                             \
	{ .name = #its_name,                                                                       \
	  .doc = description,                                                                      \
	  .kind = FIELD_##its_kind,                                                                \
	  .part = its_part,                                                                        \
	  .text = field_##rec##_##its_name },
#define NUMBER(rec, its_kind, its_name, its_part, its_number, description)                         \
	{ .name = #its_name,                                                                       \
	  .doc = description,                                                                      \
	  .kind = FIELD_##its_kind,                                                                \
	  .part = its_part,                                                                        \
	  .number = field_##rec##_##its_name },
#define ENUM(rec, its_kind, its_name, its_part, its_enum, its_number, description)                 \
	{ .name = #its_name,                                                                       \
	  .doc = description,                                                                      \
	  .kind = FIELD_##its_kind,                                                                \
	  .part = its_part,                                                                        \
	  .number = field_##rec##_##its_name,                                                      \
	  .enum_tag = #its_enum,                                                                   \
	  .enum_name = field_##rec##_##its_name##_text },
#define NUMBERS(rec, its_name, its_part, total, its_number, description)                           \
	{ .name = #its_name,                                                                       \
	  .doc = description,                                                                      \
	  .kind = FIELD_NUMBERS,                                                                   \
	  .part = its_part,                                                                        \
	  .count = field_##rec##_##its_name##_count,                                               \
	  .number = field_##rec##_##its_name },
#define TEXTS(rec, its_name, its_part, total, its_text, its_value, description)                    \
	{ .name = #its_name,                                                                       \
	  .doc = description,                                                                      \
	  .kind = FIELD_TEXTS,                                                                     \
	  .part = its_part,                                                                        \
	  .count = field_##rec##_##its_name##_count,                                               \
	  .text = field_##rec##_##its_name,                                                        \
	  .value = field_##rec##_##its_name##_value },
#define RECORDS(rec, its_name, its_part, total, its_record, description)                           \
	{ .name = #its_name,                                                                       \
	  .doc = description,                                                                      \
	  .kind = FIELD_RECORDS,                                                                   \
	  .part = its_part,                                                                        \
	  .count = field_##rec##_##its_name##_count,                                               \
	  .of = &record_##its_record },
#define END_RECORD(rec)                                                                            \
	}                                                                                          \
	;                                                                                          \
	const struct record record_##rec = {                                                       \
		#rec,                                                                              \
		fields_of_##rec,                                                                   \
		sizeof(fields_of_##rec) / sizeof(fields_of_##rec[0]),                              \
		field_##rec##_part,                                                                \
	};
#include "abi/fields.def"

void record_find(const struct record *record, struct record_place *place)
{
	place->r = record->part(place);
}

struct field_value field_number(const struct field *field, uint64_t number)
{
	struct field_value value = { .kind = VALUE_NONE, .number = number };

	switch (field->kind) {
	case FIELD_FLAG:
		value.kind = VALUE_FLAG;
		value.flag = number;
		break;
	case FIELD_FLAG_OR_NONE:
		value.flag = number == CGSWAP_PREORDER_YES;
		value.kind = number == CGSWAP_PREORDER_DEFAULT ? VALUE_NONE : VALUE_FLAG;
		break;
	case FIELD_ENUM:
	case FIELD_ENUM_OR_NONE:
		value.text = field->enum_name((int)number);
		if (field->kind == FIELD_ENUM || number)
			value.kind = VALUE_TEXT;
		break;
	case FIELD_POSITION:
		if (number != CGSWAP_POSITION_UNKNOWN)
			value.kind = VALUE_NUMBER;
		break;
	case FIELD_NUMBER_OR_NONE:
	case FIELD_ID_OR_NONE:
		if (number)
			value.kind = VALUE_NUMBER;
		break;
	default:
		value.kind = VALUE_NUMBER;
	}
	return value;
}

struct field_value field_read(const struct field *field, const struct record_place *place)
{
	struct field_value value = { .kind = VALUE_NONE };

	if (!field->text)
		return field_number(field, field->number(place));
	value.text = field->text(place);
	if (!value.text)
		value.text = "";
	if (field->kind == FIELD_TEXT || *value.text)
		value.kind = VALUE_TEXT;
	return value;
}

bool detail_is_list(const char *name)
{
	static const char *const lists[] = { "candidate", "constant", "map", "new_value",
					     "old_value" };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (strcmp(name, lists[i]) == 0)
			return true;
	return false;
}
