/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The view from inside a cgroup namespace. Another process makes the namespace, since its root is the
 * cgroup of its maker; ours enters and leaves it. The hierarchy is mounted as it is seen there.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "api_inside.h"

#include "../lib/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

enum { INSIDE_ROOT = 1, INSIDE_LEAF = 2 };

static const char mount_point[] = "/mnt";
static int own = -1, inside = -1; /* the namespaces */

static bool enter_cgroup(const char *path)
{
	char procs[600];
	int fd;
	bool entered;

	snprintf(procs, sizeof(procs), "%s/cgroup.procs", path);
	fd = open(procs, O_WRONLY | O_CLOEXEC);
	entered = fd >= 0 && write(fd, "0", 1) == 1;
	close(fd);
	return entered;
}

/* In a child: makes the namespace, says so, and waits. */
static void make_namespace(int said)
{
	char done = enter_cgroup(world.paths[INSIDE_ROOT]) && !unshare(CLONE_NEWCGROUP);

	if (write(said, &done, 1) == 1 && done)
		pause();
	_exit(0);
}

static int open_namespace(const char *process)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/ns/cgroup", process);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The namespace of a child that ends at once; -1: it cannot be made. */
static int new_namespace(void)
{
	int ends[2], fd = -1;
	char done = 0, name[16];
	pid_t child;

	if (pipe(ends))
		bail_out("no pipe: %s", strerror(errno));
	child = fork();
	if (child < 0)
		bail_out("no process: %s", strerror(errno));
	if (!child)
		make_namespace(ends[1]);
	close(ends[1]);
	snprintf(name, sizeof(name), "%d", child);
	if (read(ends[0], &done, 1) == 1 && done)
		fd = open_namespace(name);
	close(ends[0]);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return fd;
}

bool api_inside_open(void)
{
	own = open_namespace("self");
	inside = own < 0 ? -1 : new_namespace();
	if (inside < 0 || unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) || setns(inside, CLONE_NEWCGROUP)) {
		api_inside_close();
		return false;
	}
	if (mount("cgroup2", mount_point, "cgroup2", 0, NULL))
		bail_out("cannot mount cgroup2 in a cgroup namespace: %s", strerror(errno));
	api_inside_leave();
	return true;
}

void api_inside_close(void)
{
	if (inside >= 0)
		umount2(mount_point, MNT_DETACH);
	close(inside);
	close(own);
	inside = own = -1;
}

bool api_inside_is_possible(void)
{
	return inside >= 0;
}

void api_inside_enter(void)
{
	if (setns(inside, CLONE_NEWCGROUP))
		bail_out("cannot enter the cgroup namespace: %s", strerror(errno));
}

void api_inside_leave(void)
{
	if (setns(own, CLONE_NEWCGROUP))
		bail_out("cannot leave the cgroup namespace: %s", strerror(errno));
}

const char *api_inside_mount(void)
{
	return mount_point;
}

uint8_t api_inside_cgroup(uint8_t cgroup)
{
	return cgroup & 1 ? INSIDE_ROOT : INSIDE_LEAF;
}

const char *api_path(const struct api_operation *operation, unsigned cgroup)
{
	static char leaf[64];

	if (!operation->inside)
		return world.paths[cgroup];
	if (cgroup == INSIDE_ROOT)
		return mount_point;
	snprintf(leaf, sizeof(leaf), "%s/leaf", mount_point);
	return leaf;
}

struct api_state api_inside_view(const struct api_state *state)
{
	struct api_state seen = *state;

	for (unsigned t = 0; t < API_TYPES; t++)
		seen.chains[0][t].count = 0;
	return seen;
}

bool api_inside_hides(const struct api_state *state, unsigned cgroup, unsigned type)
{
	return cgroup == INSIDE_ROOT || !state->chains[INSIDE_ROOT][type].count;
}
