/* SPDX-License-Identifier: BSD-2-Clause */
/* The error for a cgroup path that cannot be opened, the same for every argument. */
#ifndef CGSWAP_KERNEL_CGROUP_PATH_H
#define CGSWAP_KERNEL_CGROUP_PATH_H

#include <cgswap.h>

#include "kernel/kernel.h"

/*
 * cgroup_not_found, naming the component that is missing or not a directory; bad_argument for a
 * path that is too long or has a loop. argument begins the message: "cgroup_root: ", or "".
 */
enum cgswap_status error_cgroup_path(struct kernel *kernel, const char *argument, const char *path,
				     int errnum);

#endif
