/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpffs.h"

#include "tap.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>

const char *bpffs_private(void)
{
	if (unshare(CLONE_NEWNS))
		skip_all("no mount namespace of our own: %s", strerror(errno));
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		skip_all("mounts cannot be made private: %s", strerror(errno));
	/* a mount below ours would be hidden, and a find would say so */
	while (umount2(BPFFS, MNT_DETACH) == 0)
		continue;
	if (mount("bpf", BPFFS, "bpf", 0, "mode=0700"))
		skip_all("no bpffs at " BPFFS ": %s", strerror(errno));
	return BPFFS;
}
