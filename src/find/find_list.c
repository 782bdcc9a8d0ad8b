/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "find/find.h"

void *find_list_add(struct find_list *list, size_t size)
{
	void *item;

	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 8;
		void *items = realloc(list->items, capacity * size);

		if (!items)
			return NULL;
		list->items = items;
		list->capacity = capacity;
	}
	item = (char *)list->items + list->count++ * size;
	return memset(item, 0, size);
}

static int find_compare_id(const void *id, const void *program)
{
	uint32_t a = *(const uint32_t *)id, b = ((const struct find_program *)program)->id;

	return a < b ? -1 : a > b;
}

struct find_program *find_program_by_id(const struct cgswap_find *find, uint32_t id)
{
	const struct find_list *programs = &find->programs;

	if (!programs->count)
		return NULL;
	return bsearch(&id, programs->items, programs->count, sizeof(struct find_program),
		       find_compare_id);
}
