/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <cgswap.h>
#include <jansson.h>

#include <stdbool.h>
#include <stdint.h>

/*
 * The shapes of --json. Whatever makes a value returns NULL when memory ran out, and what takes
 * one owns it and takes NULL too, so that a whole object can be built and checked once.
 */

/* A text; where it is not UTF-8, with the bytes beyond ASCII written as \xNN. */
json_t *json_text(const char *text);
/* null for "" and NULL. */
json_t *json_text_or_null(const char *text);
json_t *json_number(uint64_t number);
/* null for 0. */
json_t *json_number_or_null(uint64_t number);

/* Puts value into the object; false, also for all that follows, when memory ran out. */
bool json_put(json_t *object, const char *key, json_t *value);
/* As json_put(), at the end of an array. */
bool json_add(json_t *array, json_t *value);
/* As json_put(), for a key that may be anything. */
bool json_put_named(json_t *object, const char *key, json_t *value);
/* The object or array where all went well; else lets it go, and returns NULL. */
json_t *json_all(json_t *json, bool ok);
/* {key: value}. */
json_t *json_wrap(const char *key, json_t *value);

/* The snapshot of a chain. */
json_t *json_chain(const cgswap_chain *chain);

/* Prints an object on a line of its own and lets it go; false: out of memory. */
bool json_print(json_t *object);

#endif
