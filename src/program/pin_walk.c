/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/pin_walk.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

enum { DEEPEST = 6, PATH_SIZE = 4096 };

struct pin_walk {
	struct kernel *kernel;
	pin_walk_fn fn;
	void *user;
	size_t left; /* names that may still be looked at */
	unsigned depth;
	char path[PATH_SIZE]; /* the directory that is read, then the pin */
};

static int pin_walk_directory(struct pin_walk *walk);

/* Reads the id of a program or map; 0 or a negative errno. */
static int pin_walk_id(const struct pin_walk *walk, int fd, enum kernel_kind kind, uint32_t *id)
{
	struct kernel *kernel = walk->kernel;
	struct kernel_program program;
	struct kernel_map map;
	int err;

	if (kind == KERNEL_IS_PROGRAM) {
		err = kernel->ops->program_info(kernel, fd, &program);
		*id = program.id;
	} else {
		err = kernel->ops->map_info(kernel, fd, &map);
		*id = map.id;
	}
	return err;
}

/* Sets *is_pin if a pin is there, of any kind. */
static int pin_walk_here(const struct pin_walk *walk, bool *is_pin)
{
	struct kernel *kernel = walk->kernel;
	int err, fd = kernel->ops->pin_open(kernel, walk->path);
	enum kernel_kind kind;
	uint32_t id;

	*is_pin = fd >= 0;
	if (fd < 0)
		return error_is_exhaustion(fd) ? fd : 0;
	kind = kernel->ops->kind(kernel, fd);
	if (kind != KERNEL_IS_PROGRAM && kind != KERNEL_IS_MAP) {
		kernel->ops->close(kernel, fd);
		return 0;
	}
	err = pin_walk_id(walk, fd, kind, &id);
	kernel->ops->close(kernel, fd);
	return err ? 0 : walk->fn(walk->path, kind, id, walk->user);
}

static int pin_walk_name(const char *name, void *user)
{
	struct pin_walk *walk = user;
	size_t length = strlen(walk->path);
	bool is_pin;
	int result;

	if (length + strlen(name) + 4 > sizeof(walk->path) || !walk->left)
		return 0;
	walk->left--;
	snprintf(walk->path + length, sizeof(walk->path) - length, "/%s", name);
	result = pin_walk_here(walk, &is_pin);
	if (!result && !is_pin && walk->depth < DEEPEST)
		result = pin_walk_directory(walk);
	walk->path[length] = '\0';
	return result;
}

static int pin_walk_directory(struct pin_walk *walk)
{
	char below[PATH_SIZE + 2];
	int result;

	/* a path in the directory names it */
	snprintf(below, sizeof(below), "%s/x", walk->path);
	walk->depth++;
	result = walk->kernel->ops->pin_names(walk->kernel, below, pin_walk_name, walk);
	walk->depth--;
	/* the name of a pin is not a directory, and some directories may not be read */
	return result > 0 || error_is_exhaustion(result) ? result : 0;
}

int pin_walk(struct kernel *kernel, const char *bpffs, size_t most, pin_walk_fn fn, void *user)
{
	struct pin_walk walk = { .kernel = kernel, .fn = fn, .user = user, .left = most };

	if (!*bpffs || strlen(bpffs) >= sizeof(walk.path))
		return 0;
	strcpy(walk.path, bpffs);
	return pin_walk_directory(&walk);
}
