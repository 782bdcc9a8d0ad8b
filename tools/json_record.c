/* SPDX-License-Identifier: BSD-2-Clause */
#include "json_record.h"
#include "run_count.h"
#include "time_text.h"

#include <string.h>

static json_t *json_field_scalar(const struct field *field, const struct record_place *place)
{
	struct field_value value = field_read(field, place);
	char time[TIME_SIZE];

	if (field->kind == FIELD_TIME)
		return json_text_or_null(time_text(time, (int64_t)value.number));
	if (field->kind == FIELD_COUNTER && !run_count_is_known(value.number))
		return json_null();
	switch (value.kind) {
	case VALUE_TEXT:
		return json_text(value.text);
	case VALUE_NUMBER:
		return json_number(value.number);
	case VALUE_FLAG:
		return json_boolean(value.flag);
	default:
		return json_null();
	}
}

static json_t *json_field_numbers(const struct field *field, struct record_place place)
{
	json_t *list = json_array();
	size_t count = field->count(&place);
	bool ok = true;

	for (place.j = 0; place.j < count; place.j++)
		ok &= json_add(list, json_number(field->number(&place)));
	return json_finish(list, ok);
}

static json_t *json_field_texts(const struct field *field, struct record_place place)
{
	json_t *o = json_object();
	size_t count = field->count(&place);
	bool ok = true;

	for (place.j = 0; place.j < count && ok; place.j++)
		ok = json_put_named(o, field->text(&place), json_text(field->value(&place)));
	return json_finish(o, ok);
}

static json_t *json_field_records(const struct field *field, struct record_place place)
{
	json_t *list = json_array(), *o;
	size_t count = field->count(&place);
	bool ok = true;

	for (place.j = 0; place.j < count && ok; place.j++) {
		o = json_object();
		ok = json_put_record(o, field->of, place, 0);
		ok &= json_add(list, o);
	}
	return json_finish(list, ok);
}

static json_t *json_field(const struct field *field, const struct record_place *place)
{
	switch (field->kind) {
	case FIELD_NUMBERS:
		return json_field_numbers(field, *place);
	case FIELD_TEXTS:
		return json_field_texts(field, *place);
	case FIELD_RECORDS:
		return json_field_records(field, *place);
	default:
		return json_field_scalar(field, place);
	}
}

static const char *json_field_key(const struct record *record, const struct field *field)
{
	/* only here is the unit part of the name */
	if (record == &record_object_program && !strcmp(field->name, "length"))
		return "instructions";
	return field->name;
}

bool json_put_record(json_t *o, const struct record *record, struct record_place place,
		     unsigned parts)
{
	bool ok = true;

	record_find(record, &place);
	for (size_t n = 0; n < record->count; n++) {
		const struct field *field = &record->fields[n];
		bool known = !field->part || (field->part & parts);

		ok &= json_put(o, json_field_key(record, field),
			       known ? json_field(field, &place) : json_null());
	}
	return ok;
}
