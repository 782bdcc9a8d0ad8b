/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory of a program or map, which the running kernel tells in /proc only. */
#include <errno.h>
#include <stdio.h>

#include "base/fd.h"
#include "kernel/live.h"

int kernel_live_memory(struct kernel *kernel, int fd, uint64_t *bytes)
{
	char path[64], line[128];
	unsigned long long found;
	int err = -ENODATA;
	FILE *file;

	(void)kernel;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fd_fopen(path);
	if (!file)
		return -errno;
	while (err && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "memlock: %llu", &found) != 1)
			continue;
		*bytes = found;
		err = 0;
	}
	fclose(file);
	return err;
}
