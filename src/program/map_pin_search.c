/* SPDX-License-Identifier: BSD-2-Clause */
/* Searches a bpffs for the pin of a map. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "program/map_pin.h"

enum { DEEPEST = 6, FOUND = 1 };

struct pin_search {
	struct kernel *kernel;
	uint32_t map_id;
	char *path; /* the directory that is read, then the pin */
	size_t size;
	unsigned depth;
};

static int pin_search_directory(struct pin_search *search);

/* Returns FOUND, 0, or an errno of exhaustion; what cannot be opened is not the pin of a map. */
static int pin_search_here(const struct pin_search *search)
{
	struct kernel *kernel = search->kernel;
	int err = 0, fd = kernel->ops->pin_open(kernel, search->path);
	struct kernel_map map;

	if (fd < 0)
		return error_is_exhaustion(fd) ? fd : 0;
	if (kernel->ops->kind(kernel, fd) == KERNEL_IS_MAP)
		err = kernel->ops->map_info(kernel, fd, &map);
	else
		map.id = 0;
	kernel->ops->close(kernel, fd);
	return !err && map.id == search->map_id ? FOUND : 0;
}

static int pin_search_name(const char *name, void *user)
{
	struct pin_search *search = user;
	size_t length = strlen(search->path);
	int result;

	if (length + strlen(name) + 4 > search->size)
		return 0;
	snprintf(search->path + length, search->size - length, "/%s", name);
	result = pin_search_here(search);
	if (!result && search->depth < DEEPEST)
		result = pin_search_directory(search);
	if (result != FOUND)
		search->path[length] = '\0';
	return result;
}

static int pin_search_directory(struct pin_search *search)
{
	size_t length = strlen(search->path);
	char below[4096];
	int result;

	if (length + 3 > sizeof(below))
		return 0;
	/* a path in the directory names it */
	snprintf(below, sizeof(below), "%s/x", search->path);
	search->depth++;
	result = search->kernel->ops->pin_names(search->kernel, below, pin_search_name, search);
	search->depth--;
	return result == FOUND || error_is_exhaustion(result) ? result : 0;
}

int map_pin_search(char *path, size_t size, struct kernel *kernel, const char *bpffs,
		   uint32_t map_id)
{
	struct pin_search search = {
		.kernel = kernel, .map_id = map_id, .path = path, .size = size
	};
	int result;

	snprintf(path, size, "%s", bpffs);
	result = pin_search_directory(&search);
	if (result != FOUND)
		*path = '\0';
	return result == FOUND ? 0 : result ? result : -ENOENT;
}
