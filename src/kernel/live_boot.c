/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot of the running kernel. */
#include <string.h>

#include "base/fd.h"
#include "kernel/live.h"

int kernel_live_boot_id(struct kernel *kernel, char *id, size_t size)
{
	FILE *file = fd_fopen("/proc/sys/kernel/random/boot_id");
	int err = file ? 0 : -errno;

	(void)kernel;
	*id = '\0';
	if (file && !fgets(id, (int)size, file))
		err = -EIO;
	if (file)
		fclose(file);
	id[strcspn(id, "\n")] = '\0';
	return !err && !*id ? -EIO : err;
}
