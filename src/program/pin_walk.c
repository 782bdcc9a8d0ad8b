/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/pin_walk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

struct pin_directory {
	struct pin_directory *next;
	char path[];
};

/* The directories that are still to be listed, and the one that is listed now. */
struct pin_walk_state {
	const struct pin_walk *walk;
	struct pin_directory *todo, *now;
};

static int pin_walk_add(struct pin_walk_state *state, const char *path)
{
	struct pin_directory *directory = malloc(sizeof(*directory) + strlen(path) + 1);

	if (!directory)
		return -ENOMEM;
	strcpy(directory->path, path);
	directory->next = state->todo;
	state->todo = directory;
	return 0;
}

static int pin_walk_entry(const char *name, bool directory, void *user)
{
	struct pin_walk_state *state = user;
	const char *parent = state->now->path;
	size_t size = strlen(parent) + strlen(name) + 2;
	char *path = malloc(size);
	int result;

	if (!path)
		return -ENOMEM;
	snprintf(path, size, "%s/%s", parent, name);
	if (directory)
		result = pin_walk_add(state, path);
	else
		result = state->walk->pin(path, state->walk->user);
	free(path);
	return result;
}

/* A directory that was removed meanwhile is not missed. */
static int pin_walk_list(struct pin_walk_state *state)
{
	const struct pin_walk *walk = state->walk;
	struct kernel *kernel = walk->kernel;
	int err = kernel->ops->pin_list(kernel, state->now->path, pin_walk_entry, state);

	if (err >= 0 || error_is_exhaustion(err))
		return err;
	/* another file system is mounted there: its pins, if it has any, are listed as its own */
	if (walk->miss && err != -ENOENT && err != -ENOTDIR)
		walk->miss(state->now->path, -err, walk->user);
	return 0;
}

int pin_walk(const struct pin_walk *walk, const char *directory)
{
	struct pin_walk_state state = { .walk = walk };
	int result = pin_walk_add(&state, directory);

	while (state.todo) {
		state.now = state.todo;
		state.todo = state.now->next;
		if (!result)
			result = pin_walk_list(&state);
		free(state.now);
	}
	return result;
}
