/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Builds and prints the values of --json. A function that makes a value returns NULL when memory
 * runs out. A function that takes a value owns it, and fails if it is NULL. So callers build a
 * whole object and check once.
 */

/* A text; bytes that are not UTF-8 are written as \xNN. */
json_t *json_text(const char *text);
/* null for "" and NULL. */
json_t *json_text_or_null(const char *text);
json_t *json_number(uint64_t number);
/* null for 0. */
json_t *json_number_or_null(uint64_t number);

/* Sets a member of an object; false: out of memory. */
bool json_put(json_t *object, const char *key, json_t *value);
/*
 * Sets a member to a name or a path. If that is not UTF-8, KEY_hex has its bytes in hexadecimal: the
 * text cannot tell the bytes \xff from the characters "\xff".
 */
bool json_put_name(json_t *object, const char *key, const char *name);
/* As json_put(), for a key that may not be UTF-8. */
bool json_put_named(json_t *object, const char *key, json_t *value);
/* Appends to an array; false: out of memory. */
bool json_add(json_t *array, json_t *value);
/* Returns the object or array if ok, else drops it and returns NULL. */
json_t *json_finish(json_t *json, bool ok);
/* {key: value}. */
json_t *json_wrap(const char *key, json_t *value);

/* Makes the value of element i of the object. */
typedef json_t *(*json_make_fn)(const void *object, size_t i);
/* An array of length values. */
json_t *json_list(size_t length, json_make_fn make, const void *object);

/* An array of the words of a text. */
json_t *json_words(const char *text);

/* Prints an object on a line of its own and drops it; false: out of memory. */
bool json_print(json_t *object);
/* Prints the object as JSON, or for people by the function, and drops it. */
bool json_print_or(bool as_json, json_t *object, bool (*print)(const json_t *object));

#endif
