/* SPDX-License-Identifier: BSD-2-Clause */
/* Pins of the running kernel. */
#include "kernel/live.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fd.h"

int kernel_live_pin_open(struct kernel *kernel, const char *path)
{
	int fd = bpf_obj_get(path);

	(void)kernel;
	return fd < 0 ? fd : fd_above_stdio(fd);
}

int kernel_live_pin(struct kernel *kernel, int fd, const char *path)
{
	(void)kernel;
	return bpf_obj_pin(fd, path);
}

int kernel_live_unpin(struct kernel *kernel, const char *path)
{
	(void)kernel;
	return unlink(path) < 0 ? -errno : 0;
}

int kernel_live_pin_move(struct kernel *kernel, const char *from, const char *to)
{
	(void)kernel;
	return rename(from, to) < 0 ? -errno : 0;
}
