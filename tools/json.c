/* SPDX-License-Identifier: BSD-2-Clause */
#include "json.h"
#include "escape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *text)
{
	json_t *value = json_string(text);
	char *escaped;

	if (value)
		return value;
	/* jansson accepts UTF-8 only, and a path may hold any byte */
	escaped = escape_invalid_utf8(text);
	if (!escaped)
		return NULL;
	value = json_string(escaped);
	free(escaped);
	return value;
}

json_t *json_text_or_null(const char *text)
{
	return text && *text ? json_text(text) : json_null();
}

json_t *json_number(uint64_t number)
{
	return json_integer((json_int_t)number);
}

json_t *json_number_or_null(uint64_t number)
{
	return number ? json_number(number) : json_null();
}

bool json_put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) == 0;
}

bool json_put_name(json_t *object, const char *key, const char *name)
{
	json_t *text = json_string(name);
	char hex_key[64], *hex, *to;
	bool ok;

	if (text || !name)
		return json_put(object, key, text);
	hex = to = malloc(2 * strlen(name) + 1);
	if (!hex || !json_put(object, key, json_text(name))) {
		free(hex);
		return false;
	}
	for (; *name; name++)
		to += sprintf(to, "%02x", (unsigned char)*name);
	snprintf(hex_key, sizeof(hex_key), "%s_hex", key);
	ok = json_put(object, hex_key, json_string(hex));
	free(hex);
	return ok;
}

bool json_add(json_t *array, json_t *value)
{
	return json_array_append_new(array, value) == 0;
}

bool json_put_named(json_t *object, const char *key, json_t *value)
{
	json_t *name = json_text(key);
	bool ok;

	if (!name) {
		json_decref(value);
		return false;
	}
	ok = json_put(object, json_string_value(name), value);
	json_decref(name);
	return ok;
}

json_t *json_finish(json_t *json, bool ok)
{
	if (ok)
		return json;
	json_decref(json);
	return NULL;
}

json_t *json_wrap(const char *key, json_t *value)
{
	json_t *object = json_object();

	return json_finish(object, json_put(object, key, value));
}

json_t *json_list(size_t length, json_make_fn make, const void *object)
{
	json_t *list = json_array();
	bool ok = true;
	size_t i;

	for (i = 0; i < length && ok; i++)
		ok = json_add(list, make(object, i));
	return json_finish(list, ok);
}

json_t *json_words(const char *text)
{
	json_t *list = json_array();
	bool ok = true;

	for (text += strspn(text, " "); *text && ok; text += strspn(text, " ")) {
		ok = json_add(list, json_stringn(text, strcspn(text, " ")));
		text += strcspn(text, " ");
	}
	return json_finish(list, ok);
}

/* The stream remembers that memory ran out, which jansson ignores for keys. */
bool json_print(json_t *object)
{
	char *text = NULL;
	size_t size;
	FILE *file = object ? open_memstream(&text, &size) : NULL;
	bool ok = file && json_dumpf(object, file, 0) == 0 && !ferror(file);

	ok = file && fclose(file) == 0 && ok;
	json_decref(object);
	if (ok)
		puts(text);
	free(text);
	return ok;
}

bool json_print_or(bool as_json, json_t *object, bool (*print)(const json_t *object))
{
	bool ok;

	if (as_json)
		return json_print(object);
	ok = object && print(object);
	json_decref(object);
	return ok;
}
