/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file container.h
 * A container that runc runs in a cgroup of the test. Its mount namespace has cgroup2 as the only
 * hierarchy, with that cgroup's parent as the root, so that runc writes nowhere else. Its pid
 * namespace ends with the test. Its files are on a tmpfs in the mount namespace.
 *
 * The container opens /dev/null and /dev/zero in turn, and prints the result of each open.
 */
#ifndef TESTS_LIB_CONTAINER_H
#define TESTS_LIB_CONTAINER_H

#include "command.h"
#include "scratch.h"

#include <sys/types.h>

struct container {
	pid_t keeper; /* stays in the mount namespace until the container ends */
	int output;   /* the container's stdout */
	int errors;   /* the stderr of runc */
};

/**
 * How often the container opened each device, and how often the open failed, since it started. The
 * output arrives by way of runc some time later, but in order: after the first failed open, no
 * later one may succeed.
 */
struct opens {
	unsigned long null;
	unsigned long null_failed;
	unsigned long null_again; /* succeeded after one that failed */
	unsigned long zero;
	unsigned long zero_failed;
	unsigned long zero_again;
};

/** Skips the whole test if runc or a static busybox is missing. */
void need_runc(void);

/** Runs a container in the cgroup host/name; waits until it has opened a device. */
struct container container_start(const struct scratch *host, const char *name);
struct opens container_opens(const struct container *container);
/** Waits until it has opened /dev/null `more` times. @return the counts by then. */
struct opens container_wait(const struct container *container, unsigned long more);
/** Kills it. */
void container_stop(struct container *container);

/** Runs the cgswap of the build tree in the container's mount namespace; command_free() it. */
struct command container_cgswap(const struct container *container, const char *line);

#endif
