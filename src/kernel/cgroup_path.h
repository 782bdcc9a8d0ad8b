/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths of cgroups, and their errors, the same for every argument. */
#ifndef CGSWAP_KERNEL_CGROUP_PATH_H
#define CGSWAP_KERNEL_CGROUP_PATH_H

#include <cgswap.h>

#include "kernel/kernel.h"

/* The longest path; one of PATH_MAX bytes or more is opened in several steps. */
enum { CGROUP_PATH_MAX = 65536 };

/*
 * Writes the absolute path of a cgroup that is named by one, or by a path below the mount; mount
 * may be "". Fails with cgroup_unreachable without a mount, or if the path leads out of it, and
 * with bad_argument if it is too long.
 */
enum cgswap_status cgroup_path_complete(char *full, size_t size, const char *mount,
					const char *argument, const char *name);

/*
 * cgroup_not_found, naming the component that is missing or not a directory; bad_argument for a
 * path that is too long or has a loop. argument begins the message: "cgroup_root: ", or "".
 */
enum cgswap_status error_cgroup_path(struct kernel *kernel, const char *argument, const char *path,
				     int errnum);

/* Sets the remedy where no cgroup2 is mounted; returns the status of that cause. */
enum cgswap_status cgroup_path_remedy_mount(void);

#endif
