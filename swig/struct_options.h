/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The option structs of cgswap.h as data, from abi/abi.def, so that a table or a dict can fill a
 * struct by the names of its fields. Both bindings compile struct_options.c.
 */
#ifndef CGSWAP_STRUCT_OPTIONS_H
#define CGSWAP_STRUCT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_kind {
	OPTION_TEXT,
	OPTION_LIST, /* strings, and NULL at the end */
	OPTION_NUMBER,
	OPTION_OTHER, /* a callback, or the address of a result */
};

struct struct_option {
	const char *name; /* NULL ends a list */
	const char *type; /* as in the header */
	size_t offset, size;
};

/* The fields of a struct ("cgswap_attach_opts"); NULL: no such struct. */
const struct struct_option *struct_options(const char *tag);
enum option_kind struct_option_kind(const struct struct_option *option);

/* Sets a text or a list. */
void struct_option_set_pointer(void *opts, const struct struct_option *option, const void *value);
/* Returns false if the number does not fit. */
bool struct_option_set_number(void *opts, const struct struct_option *option, int64_t number);

#endif
