/* SPDX-License-Identifier: BSD-2-Clause */
/* The pins of the programs, and of the links that hold them, in every bpffs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "find/find.h"
#include "kernel/errno_error.h"
#include "program/pin_walk.h"

struct find_pin_walk {
	struct cgswap_find *find;
	struct pin_walk walk;
	struct find_missed pins, directories, mounts;
};

/* Reads the program or the link of a pin; other objects have no program. */
static int find_read_pinned(struct find_pin *out, struct kernel *kernel, int fd)
{
	struct kernel_program program = { 0 };
	struct kernel_link link = { 0 };
	int err = 0;

	switch (kernel->ops->kind(kernel, fd)) {
	case KERNEL_IS_PROGRAM:
		err = kernel->ops->program_info(kernel, fd, &program);
		out->program_id = program.id;
		break;
	case KERNEL_IS_LINK:
		err = kernel->ops->link_info(kernel, fd, &link);
		out->program_id = link.program_id;
		out->link_id = link.id;
		break;
	default:
		break;
	}
	return err;
}

static int find_add_pin(struct cgswap_find *find, const char *path, const struct find_pin *found)
{
	struct find_pin *pin;

	if (!find_program_by_id(find, found->program_id))
		return 0;
	pin = find_list_add(&find->pins, sizeof(*pin));
	if (!pin)
		return -ENOMEM;
	*pin = *found;
	pin->path = strdup(path);
	return pin->path ? 0 : -ENOMEM;
}

static int find_look_at_pin(const char *path, void *user)
{
	struct find_pin_walk *walk = user;
	struct kernel *kernel = walk->walk.kernel;
	struct find_pin found = { 0 };
	int err, fd = kernel->ops->pin_open(kernel, path);

	err = fd;
	if (fd >= 0) {
		err = find_read_pinned(&found, kernel, fd);
		kernel->ops->close(kernel, fd);
	}
	if (!err)
		return find_add_pin(walk->find, path, &found);
	if (error_is_exhaustion(err))
		return err;
	/* it was removed meanwhile */
	if (err != -ENOENT)
		find_miss(&walk->pins, path, -err);
	return 0;
}

static void find_miss_directory(const char *path, int errnum, void *user)
{
	struct find_pin_walk *walk = user;

	find_miss(&walk->directories, path, errnum);
}

static int find_look_at_bpffs(const char *path, bool hidden, void *user)
{
	struct find_pin_walk *walk = user;

	if (!hidden)
		return pin_walk(&walk->walk, path);
	find_miss(&walk->mounts, path, EBUSY);
	return 0;
}

static int find_compare_pins(const void *a, const void *b)
{
	const struct find_pin *first = a, *second = b;

	return strverscmp(first->path, second->path);
}

/* Sorts the pins; a bpffs that is mounted on a directory of another was walked twice. */
static void find_sort_pins(struct find_list *pins)
{
	struct find_pin *list = pins->items;
	size_t kept = 0;

	if (!pins->count)
		return;
	qsort(list, pins->count, sizeof(*list), find_compare_pins);
	for (size_t i = 1; i < pins->count; i++) {
		if (strcmp(list[kept].path, list[i].path) != 0)
			list[++kept] = list[i];
		else
			free(list[i].path);
	}
	pins->count = kept + 1;
}

/* Without /proc only the mount of the session is known. */
static enum cgswap_status find_in_known_bpffs(struct find_pin_walk *walk)
{
	const char *bpffs = walk->find->session->bpffs;
	int err = *bpffs ? find_look_at_bpffs(bpffs, false, walk) : 0;

	if (err)
		return error_from_errno(walk->walk.kernel, 0, -err, "the pins cannot be listed");
	if (*bpffs)
		error_set(CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, ENOENT,
			  "only '%s'{path} was searched: /proc, which lists the mounts, cannot be "
			  "read",
			  bpffs);
	else
		error_set(CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, ENOENT,
			  "/proc, which lists the mounts, cannot be read");
	return find_add_unread(walk->find, "pins");
}

static enum cgswap_status find_add_missed_pins(struct find_pin_walk *walk)
{
	struct cgswap_find *find = walk->find;
	enum cgswap_status status;

	status = find_add_missed(find, "pins", "pin", "opened", &walk->pins);
	if (!status)
		status = find_add_missed(find, "pins", "directory", "listed", &walk->directories);
	if (!status && walk->mounts.count) {
		error_set(CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, EBUSY,
			  "another mount hides the bpffs at '%s'{path}", walk->mounts.first);
		status = find_add_unread(find, "pins");
	}
	return status;
}

enum cgswap_status find_pins(struct cgswap_find *find)
{
	struct kernel *kernel = find->session->kernel;
	struct find_pin_walk walk = {
		.find = find,
		.walk = { .kernel = kernel, .pin = find_look_at_pin, .miss = find_miss_directory },
	};
	enum cgswap_status status = CGSWAP_OK;
	int err;

	walk.walk.user = &walk;
	err = kernel->ops->bpffs_each(kernel, find_look_at_bpffs, &walk);
	if (error_is_exhaustion(err))
		return error_from_errno(kernel, 0, -err, "the pins cannot be listed");
	if (err)
		status = find_in_known_bpffs(&walk);
	find_sort_pins(&find->pins);
	return status ? status : find_add_missed_pins(&walk);
}
