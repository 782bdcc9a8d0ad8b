/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/string_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

size_t string_list_count(const char *const *list)
{
	size_t count = 0;

	while (list && list[count])
		count++;
	return count;
}

enum cgswap_status string_list_copy(char ***out, const char *const *list)
{
	size_t count = string_list_count(list);

	*out = NULL;
	if (!count)
		return CGSWAP_OK;
	*out = calloc(count + 1, sizeof(**out));
	if (!*out)
		return error_no_memory();
	for (size_t i = 0; i < count; i++) {
		(*out)[i] = strdup(list[i]);
		if (!(*out)[i]) {
			string_list_free(*out);
			*out = NULL;
			return error_no_memory();
		}
	}
	return CGSWAP_OK;
}

void string_list_free(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

bool string_list_same(const char *const *a, const char *const *b)
{
	size_t count = string_list_count(a);

	if (string_list_count(b) != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}
