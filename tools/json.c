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

/* The bytes of a text in hexadecimal. */
static json_t *json_hex(const char *text)
{
	size_t length = strlen(text);
	char *hex = malloc(2 * length + 1);
	json_t *value;

	if (!hex)
		return NULL;
	for (size_t i = 0; i < length; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned char)text[i]);
	value = json_string(hex);
	free(hex);
	return value;
}

bool json_put_path(json_t *object, const char *key, const char *path)
{
	json_t *plain = json_string(path);
	char hex_key[32];

	if (plain)
		return json_put(object, key, plain);
	snprintf(hex_key, sizeof(hex_key), "%s_hex", key);
	return json_put(object, key, json_text(path)) && json_put(object, hex_key, json_hex(path));
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

/* A growing text. It records that memory ran out, because jansson ignores this for keys. */
struct buffer {
	char *text;
	size_t length, capacity;
	bool failed;
};

static int buffer_append(const char *bytes, size_t size, void *user)
{
	struct buffer *buffer = user;
	size_t capacity;
	char *text;

	if (!buffer->failed && buffer->capacity - buffer->length <= size) {
		capacity = 2 * buffer->capacity + size + 256;
		text = realloc(buffer->text, capacity);
		if (text) {
			buffer->text = text;
			buffer->capacity = capacity;
		}
		buffer->failed = !text;
	}
	if (buffer->failed)
		return -1;
	memcpy(buffer->text + buffer->length, bytes, size);
	buffer->length += size;
	return 0;
}

bool json_print(json_t *object)
{
	struct buffer buffer = { 0 };
	bool ok;

	ok = object && json_dump_callback(object, buffer_append, &buffer, 0) == 0 && !buffer.failed;
	json_decref(object);
	if (ok) {
		fwrite(buffer.text, 1, buffer.length, stdout);
		putchar('\n');
	}
	free(buffer.text);
	return ok;
}
