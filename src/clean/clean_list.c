/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "clean/clean.h"

bool clean_add(struct cgswap_clean *clean, const struct leftover_item *item)
{
	struct leftover_item **end = &clean->items, *copy = malloc(sizeof(*copy));

	if (!copy || !item->path) {
		free(copy);
		free(item->path);
		return false;
	}
	while (*end)
		end = &(*end)->next;
	*copy = *item;
	copy->next = NULL;
	*end = copy;
	return true;
}
