/* SPDX-License-Identifier: BSD-2-Clause */
/* Searches a bpffs for the pin of a map. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "program/map_pin.h"
#include "program/pin_walk.h"

enum { FOUND = 1 };

struct pin_search {
	struct kernel *kernel;
	uint32_t map_id;
	char *path; /* set when it is found */
	size_t size;
};

/* Returns FOUND, 0, or an errno of exhaustion; what cannot be opened is not the pin of a map. */
static int pin_search_here(const char *path, void *user)
{
	const struct pin_search *search = user;
	struct kernel *kernel = search->kernel;
	int err = 0, fd = kernel->ops->pin_open(kernel, path);
	struct kernel_map map = { 0 };

	if (fd < 0)
		return error_is_exhaustion(fd) ? fd : 0;
	if (kernel->ops->kind(kernel, fd) == KERNEL_IS_MAP)
		err = kernel->ops->map_info(kernel, fd, &map);
	kernel->ops->close(kernel, fd);
	if (err || map.id != search->map_id || strlen(path) >= search->size)
		return 0;
	strcpy(search->path, path);
	return FOUND;
}

int map_pin_search(char *path, size_t size, struct kernel *kernel, const char *bpffs,
		   uint32_t map_id)
{
	struct pin_search search = {
		.kernel = kernel, .map_id = map_id, .path = path, .size = size
	};
	const struct pin_walk walk = { .kernel = kernel, .pin = pin_search_here, .user = &search };
	int result;

	*path = '\0';
	result = pin_walk(&walk, bpffs);
	return result == FOUND ? 0 : result ? result : -ENOENT;
}
