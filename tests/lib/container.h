/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file container.h
 * A container that runc runs in a cgroup of the test's: in a mount namespace whose only hierarchy
 * is cgroup2, with that cgroup's parent as its root, so that runc writes nowhere else; and in a pid
 * namespace, all of which dies with the test. Its files lie on a tmpfs in that mount namespace.
 *
 * The container opens /dev/null and /dev/zero by turns, and says of each whether it could.
 */
#ifndef TESTS_LIB_CONTAINER_H
#define TESTS_LIB_CONTAINER_H

#include "command.h"
#include "scratch.h"

#include <sys/types.h>

struct container {
	pid_t keeper; /* lives in the mount namespace as long as the container does */
	int output;   /* what the container said */
	int errors;   /* what runc said */
};

/**
 * How often the container opened what, and how often it could not, since it began. It is told by
 * runc some time later, and in order: so once opens fail, none that came later may succeed.
 */
struct opens {
	unsigned long null;
	unsigned long null_failed;
	unsigned long null_again; /* succeeded after one that failed */
	unsigned long zero;
	unsigned long zero_failed;
	unsigned long zero_again;
};

/** Skips the whole test where there is no runc or no static busybox. */
void need_runc(void);

/** Runs a container in host/name, which is a cgroup; waits until it has opened something. */
struct container container_start(const struct scratch *host, const char *name);
struct opens container_opens(const struct container *container);
/** Waits until it has opened /dev/null some times more. @return what it has opened by then. */
struct opens container_wait(const struct container *container, unsigned long more);
/** Kills it. */
void container_stop(struct container *container);

/** Runs the cgswap of the build tree where the container's mounts are; command_free() it. */
struct command container_cgswap(const struct container *container, const char *line);

#endif
