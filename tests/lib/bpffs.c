/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpffs.h"

#include "tap.h"
#include "rawbpf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *bpffs_pin(int fd, const char *name)
{
	static char paths[8][64];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(*paths), BPFFS "/%s", name);
	if (raw_pin(fd, path))
		bail_out("cannot pin %s: %s", path, strerror(errno));
	return path;
}
