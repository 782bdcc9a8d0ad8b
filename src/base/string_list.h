/* SPDX-License-Identifier: BSD-2-Clause */
/* NULL-terminated lists of strings, the form that an option of several values has. */
#ifndef CGSWAP_BASE_STRING_LIST_H
#define CGSWAP_BASE_STRING_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include <cgswap.h>

/* 0 for NULL. */
size_t string_list_count(const char *const *list);

/* Copies the list and its strings; *out is NULL for an empty one. The caller frees it. */
enum cgswap_status string_list_copy(char ***out, const char *const *list);
void string_list_free(char **list);

/* True if both have the same strings in the same order; NULL equals an empty list. */
bool string_list_same(const char *const *a, const char *const *b);

#endif
