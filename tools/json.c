/* SPDX-License-Identifier: BSD-2-Clause */
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *text)
{
	json_t *value = json_string(text);
	const char *from;
	char *copy, *to;

	if (value)
		return value;
	/* jansson takes UTF-8 only, and a path may be anything */
	copy = malloc(4 * strlen(text) + 1);
	if (!copy)
		return NULL;
	for (from = text, to = copy; *from; from++) {
		if ((unsigned char)*from < 0x80)
			*to++ = *from;
		else
			to += sprintf(to, "\\x%02x", (unsigned char)*from);
	}
	*to = '\0';
	value = json_string(copy);
	free(copy);
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

json_t *json_all(json_t *json, bool ok)
{
	if (ok)
		return json;
	json_decref(json);
	return NULL;
}

json_t *json_wrap(const char *key, json_t *value)
{
	json_t *object = json_object();

	return json_all(object, json_put(object, key, value));
}

static json_t *json_mode(enum cgswap_mode mode)
{
	switch (mode) {
	case CGSWAP_MODE_MULTI:
		return json_string("multi");
	case CGSWAP_MODE_OVERRIDE:
		return json_string("override");
	case CGSWAP_MODE_NONE:
		return json_string("none");
	default:
		return json_null();
	}
}

static json_t *json_preorder(enum cgswap_preorder preorder)
{
	if (preorder == CGSWAP_PREORDER_DEFAULT)
		return json_null();
	return json_boolean(preorder == CGSWAP_PREORDER_YES);
}

static json_t *json_map_ids(const cgswap_entry *entry)
{
	json_t *maps = json_array();
	bool ok = true;
	size_t i;

	for (i = 0; i < cgswap_entry_get_map_count(entry) && ok; i++)
		ok = json_add(maps, json_number(cgswap_entry_get_map_id(entry, i)));
	return json_all(maps, ok);
}

static json_t *json_metadata(const cgswap_entry *entry)
{
	json_t *metadata = json_object();
	bool ok = true;
	size_t i;

	for (i = 0; i < cgswap_entry_get_metadata_count(entry) && ok; i++)
		ok = json_put_named(metadata, cgswap_entry_get_metadata_name(entry, i),
				    json_text(cgswap_entry_get_metadata_value(entry, i)));
	return json_all(metadata, ok);
}

static json_t *json_entry(const cgswap_entry *entry)
{
	bool told = *cgswap_entry_get_type(entry) != '\0';
	json_t *o = json_object();
	char when[TIME_SIZE];
	bool ok = true;

	time_text(when, cgswap_entry_get_loaded_at(entry));
	ok &= json_put(o, "position", json_number(cgswap_entry_get_position(entry)));
	ok &= json_put(o, "id", json_number(cgswap_entry_get_id(entry)));
	ok &= json_put(o, "name", told ? json_text(cgswap_entry_get_name(entry)) : json_null());
	ok &= json_put(o, "tag", json_text_or_null(cgswap_entry_get_tag(entry)));
	ok &= json_put(o, "type", json_text_or_null(cgswap_entry_get_type(entry)));
	ok &= json_put(o, "link_id", json_number_or_null(cgswap_entry_get_link_id(entry)));
	ok &= json_put(o, "preorder", json_preorder(cgswap_entry_get_preorder(entry)));
	ok &= json_put(o, "loaded_at", json_text_or_null(when));
	ok &= json_put(o, "uid", told ? json_number(cgswap_entry_get_uid(entry)) : json_null());
	ok &= json_put(o, "maps", told ? json_map_ids(entry) : json_null());
	ok &= json_put(o, "run_count",
		       told ? json_number(cgswap_entry_get_run_count(entry)) : json_null());
	ok &= json_put(o, "run_time_ns",
		       told ? json_number(cgswap_entry_get_run_time_ns(entry)) : json_null());
	ok &= json_put(o, "metadata", told ? json_metadata(entry) : json_null());
	return json_all(o, ok);
}

static json_t *json_entries(const cgswap_chain *chain)
{
	json_t *entries = json_array();
	bool ok = true;
	size_t i;

	for (i = 0; i < cgswap_chain_get_length(chain) && ok; i++)
		ok = json_add(entries, json_entry(cgswap_chain_get_entry(chain, i)));
	return json_all(entries, ok);
}

json_t *json_chain(const cgswap_chain *chain)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "cgroup", json_text(cgswap_chain_get_cgroup(chain)));
	ok &= json_put(o, "cgroup_id", json_number(cgswap_chain_get_cgroup_id(chain)));
	ok &= json_put(o, "attach_type", json_text(cgswap_chain_get_attach_type(chain)));
	ok &= json_put(o, "mode", json_mode(cgswap_chain_get_mode(chain)));
	ok &= json_put(o, "revision", json_number_or_null(cgswap_chain_get_revision(chain)));
	ok &= json_put(o, "programs", json_entries(chain));
	return json_all(o, ok);
}

/* A growing text. It remembers by itself when memory ran out: jansson forgets it for keys. */
struct buffer {
	char *text;
	size_t length, room;
	bool failed;
};

static int append(const char *bytes, size_t size, void *user)
{
	struct buffer *buffer = user;
	size_t room;
	char *text;

	if (!buffer->failed && buffer->room - buffer->length <= size) {
		room = 2 * buffer->room + size + 256;
		text = realloc(buffer->text, room);
		if (text) {
			buffer->text = text;
			buffer->room = room;
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

	ok = object && json_dump_callback(object, append, &buffer, 0) == 0 && !buffer.failed;
	json_decref(object);
	if (ok) {
		fwrite(buffer.text, 1, buffer.length, stdout);
		putchar('\n');
	}
	free(buffer.text);
	return ok;
}
