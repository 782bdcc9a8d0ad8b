/* SPDX-License-Identifier: BSD-2-Clause */
#include "leaks.h"

#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CAPACITY = 32, NAME_SIZE = 512 };

/* The library's own names begin with this. */
static const char OURS[] = "cgswap";

static struct {
	unsigned pins, cgroups;
	char pin[CAPACITY][NAME_SIZE], cgroup[CAPACITY][NAME_SIZE];
	int parent[CAPACITY];     /* own descriptor */
	uint64_t below[CAPACITY]; /* the parent's id, since names are not unique */
	struct kernel *kernel;
} leaks;

static unsigned find(char (*list)[NAME_SIZE], unsigned count, const char *name)
{
	unsigned i = 0;

	while (i < count && strcmp(list[i], name))
		i++;
	return i;
}

static void add_name(char (*list)[NAME_SIZE], unsigned *count, const char *name)
{
	if (*count == CAPACITY)
		bail_out("the leak check's list is full");
	snprintf(list[(*count)++], NAME_SIZE, "%s", name);
}

static void remove_name(char (*list)[NAME_SIZE], unsigned *count, const char *name)
{
	unsigned i = find(list, *count, name);

	if (i < *count)
		memmove(list[i], list[--*count], NAME_SIZE);
}

void leaks_pin(const char *path)
{
	add_name(leaks.pin, &leaks.pins, path);
}

void leaks_unpin(const char *path)
{
	remove_name(leaks.pin, &leaks.pins, path);
}

void leaks_move(const char *from, const char *to)
{
	leaks_unpin(from);
	leaks_unpin(to);
	leaks_pin(to);
}

static unsigned find_cgroup(uint64_t below, const char *name)
{
	unsigned i = 0;

	while (i < leaks.cgroups && (leaks.below[i] != below || strcmp(leaks.cgroup[i], name)))
		i++;
	return i;
}

static uint64_t id_of(struct kernel *kernel, int fd)
{
	uint64_t id;

	if (kernel->ops->cgroup_id(kernel, fd, &id))
		bail_out("cannot read a cgroup's id");
	return id;
}

static void remove_cgroup(unsigned i)
{
	unsigned last = leaks.cgroups - 1;

	leaks.kernel->ops->close(leaks.kernel, leaks.parent[i]);
	leaks.parent[i] = leaks.parent[last];
	leaks.below[i] = leaks.below[last];
	memmove(leaks.cgroup[i], leaks.cgroup[last], NAME_SIZE);
	leaks.cgroups = last;
}

void leaks_make(struct kernel *kernel, int parent_fd, const char *name)
{
	/* a cgroup that is made again replaces the old record */
	leaks_remove(kernel, parent_fd, name);
	leaks.kernel = kernel;
	leaks.below[leaks.cgroups] = id_of(kernel, parent_fd);
	leaks.parent[leaks.cgroups] = kernel->ops->dup(kernel, parent_fd);
	add_name(leaks.cgroup, &leaks.cgroups, name);
}

void leaks_remove(struct kernel *kernel, int parent_fd, const char *name)
{
	unsigned i = leaks.cgroups ? find_cgroup(id_of(kernel, parent_fd), name) : 0;

	if (i < leaks.cgroups)
		remove_cgroup(i);
}

void leaks_reset(void)
{
	while (leaks.cgroups)
		remove_cgroup(0);
	leaks.pins = 0;
}

static bool is_ours(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strncmp(slash ? slash + 1 : path, OURS, sizeof(OURS) - 1);
}

unsigned leaks_aside(void)
{
	unsigned found = 0;

	for (unsigned i = 0; i < leaks.pins; i++)
		found += is_ours(leaks.pin[i]);
	return found;
}

unsigned leaks_scratch(void)
{
	return leaks.cgroups;
}

/*
 * Other tests use scratch cgroups of the same mount at the same time: one of them may have removed
 * this one or use the name now, and then it cleans up.
 */
static void sweep_cgroup(struct kernel *kernel, int parent_fd, const char *name, bool shared)
{
	int fd = kernel->ops->cgroup_make(kernel, parent_fd, name);

	if (fd == -EEXIST && shared)
		return;
	if (fd < 0 && fd != -EEXIST)
		bail_out("cannot reuse scratch cgroup '%s': %s", name, strerror(-fd));
	if (kernel->ops->cgroup_remove(kernel, parent_fd, name))
		bail_out("cannot remove cgroup '%s'", name);
	if (fd >= 0)
		kernel->ops->close(kernel, fd);
}

void leaks_sweep(struct kernel *kernel, bool shared)
{
	for (unsigned i = 0; i < leaks.pins; i++)
		if (is_ours(leaks.pin[i]) && kernel->ops->unpin(kernel, leaks.pin[i]))
			bail_out("cannot remove pin '%s'", leaks.pin[i]);
	for (unsigned i = 0; i < leaks.cgroups; i++)
		sweep_cgroup(kernel, leaks.parent[i], leaks.cgroup[i], shared);
	leaks_reset();
}
