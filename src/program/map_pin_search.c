/* SPDX-License-Identifier: BSD-2-Clause */
/* Searches a bpffs for the pin of a map. */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "program/map_pin.h"
#include "program/pin_walk.h"

enum { FOUND = 1 };

struct pin_search {
	uint32_t map_id;
	char *path;
	size_t size;
};

static int pin_search_visit(const char *path, enum kernel_kind kind, uint32_t id, void *user)
{
	const struct pin_search *search = user;

	if (kind != KERNEL_IS_MAP || id != search->map_id || strlen(path) >= search->size)
		return 0;
	text_copy(search->path, search->size, path);
	return FOUND;
}

int map_pin_search(char *path, size_t size, struct kernel *kernel, const char *bpffs,
		   uint32_t map_id)
{
	struct pin_search search = { map_id, path, size };
	int result = pin_walk(kernel, bpffs, SIZE_MAX, pin_search_visit, &search);

	if (result != FOUND)
		*path = '\0';
	return result == FOUND ? 0 : result ? result : -ENOENT;
}
