/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpffs.h"

#include "../tap/tap.h"
#include "rawbpf.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

/* The kernel makes this empty directory for the purpose: nothing has to be created. */
#define MOUNT_POINT "/sys/fs/bpf"

const char *bpffs_private(void)
{
	if (unshare(CLONE_NEWNS))
		skip_all("no mount namespace of our own: %s", strerror(errno));
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		skip_all("mounts cannot be made private: %s", strerror(errno));
	if (mount("bpf", MOUNT_POINT, "bpf", 0, "mode=0700"))
		skip_all("no bpffs at " MOUNT_POINT ": %s", strerror(errno));
	return MOUNT_POINT;
}

const char *bpffs_pin(int fd, const char *name)
{
	static char paths[8][64];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(*paths), MOUNT_POINT "/%s", name);
	if (raw_pin(fd, path))
		bail_out("cannot pin %s: %s", path, strerror(errno));
	return path;
}
