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

struct struct_option {
	const char *name; /* NULL ends a list */
	const char *type; /* as in the header */
	size_t offset, size;
};

/* The fields of a struct ("cgswap_attach_opts"); NULL: no such struct. */
const struct struct_option *struct_options(const char *tag);

bool struct_option_is_text(const struct struct_option *option);
/* A list of strings that NULL ends. */
bool struct_option_is_list(const struct struct_option *option);
/* An integer or an enum; neither of the above nor a callback. */
bool struct_option_is_number(const struct struct_option *option);

void struct_option_set_text(void *opts, const struct struct_option *option, const char *text);
void struct_option_set_list(void *opts, const struct struct_option *option,
			    const char *const *list);
/* Returns false if the number does not fit. */
bool struct_option_set_number(void *opts, const struct struct_option *option, int64_t number);

#endif
