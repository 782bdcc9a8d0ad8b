/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists the temporary pins of killed processes, and changes nothing. */
#include <string.h>

#include "base/error.h"
#include "program/pin_leftover.h"

struct leftover_listing {
	struct kernel *kernel;
	char path[4096 + PIN_NAME_MAX + 2];
	size_t length; /* the directory in path has this length, with its slash */
	bool top;      /* its subdirectories are listed too */
	bool found;    /* it has a temporary pin */
	bool locked;
	pin_leftover_fn fn;
	void *user;
};

static int leftover_list_directory(struct leftover_listing *listing);

/* A directory of the top one. What is not a directory fails to open. */
static int leftover_list_subdirectory(struct leftover_listing *listing, const char *name)
{
	size_t length = listing->length, name_length = strlen(name);
	bool found = listing->found;
	int err;

	if (!listing->top || length + name_length + 1 >= 4096)
		return 0;
	memcpy(listing->path + length, name, name_length);
	memcpy(listing->path + length + name_length, "/", 2);
	listing->length = length + name_length + 1;
	listing->top = false;
	err = leftover_list_directory(listing);
	listing->top = true;
	listing->length = length;
	listing->found = found;
	return err;
}

static int leftover_list_visit(const char *name, void *user)
{
	struct leftover_listing *listing = user;
	struct pin_object new, old;
	const char *pin;

	if (strlen(name) > PIN_NAME_MAX)
		return 0;
	if (!pin_temp_parse(name, &new, &old, &pin))
		return listing->locked ? 0 : leftover_list_subdirectory(listing, name);
	if (!listing->locked) {
		listing->found = true;
		return 0;
	}
	strcpy(listing->path + listing->length, name);
	return listing->fn(listing->path, new, old, listing->user);
}

/*
 * A temporary pin is a leftover only if no process has the directory locked. The lock is taken only
 * where there is a pin to ask about.
 */
static int leftover_list_locked(struct leftover_listing *listing)
{
	struct kernel *kernel = listing->kernel;
	int err, lock;

	listing->path[listing->length] = '\0';
	lock = kernel->ops->pin_lock(kernel, listing->path);
	if (lock < 0)
		return lock;
	listing->locked = true;
	err = kernel->ops->pin_names(kernel, listing->path, leftover_list_visit, listing);
	listing->locked = false;
	kernel->ops->pin_unlock(kernel, lock);
	return err;
}

/* A directory that cannot be read, or is in use, has nothing to list. */
static int leftover_list_directory(struct leftover_listing *listing)
{
	struct kernel *kernel = listing->kernel;
	int err;

	listing->found = false;
	listing->path[listing->length] = '\0';
	err = kernel->ops->pin_names(kernel, listing->path, leftover_list_visit, listing);
	if (!err && listing->found)
		err = leftover_list_locked(listing);
	return error_is_exhaustion(err) ? err : 0;
}

int pin_leftover_list(struct kernel *kernel, const char *bpffs, pin_leftover_fn fn, void *user)
{
	struct leftover_listing listing = { .kernel = kernel, .top = true, .fn = fn, .user = user };
	size_t length = strlen(bpffs);

	if (!length || length + 1 >= 4096)
		return 0;
	memcpy(listing.path, bpffs, length);
	memcpy(listing.path + length, "/", 2);
	listing.length = length + 1;
	return leftover_list_directory(&listing);
}
