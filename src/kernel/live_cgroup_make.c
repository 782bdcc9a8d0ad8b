/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The live door's scratch cgroups. Who made one holds its lock until it is gone; the kernel takes
 * the lock from who is killed, and the next one to want the name takes what was left away.
 */
#include "kernel/live.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_still_named(int fd, int parent_fd, const char *name)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 &&
	       fstatat(parent_fd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       held.st_ino == named.st_ino;
}

/* A descriptor, -EEXIST for one that is in somebody's hands, or another negative errno. */
static int open_locked(int parent_fd, const char *name)
{
	int err, fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? -EEXIST : -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		err = errno == EWOULDBLOCK ? -EEXIST : -errno;
	else
		err = is_still_named(fd, parent_fd, name) ? 0 : -EEXIST;
	if (!err)
		return fd;
	close(fd);
	return err;
}

static bool take_leftover_away(int parent_fd, const char *name)
{
	int fd = open_locked(parent_fd, name);
	bool gone;

	if (fd < 0)
		return false;
	gone = unlinkat(parent_fd, name, AT_REMOVEDIR) == 0;
	close(fd);
	return gone;
}

int kernel_live_cgroup_make(struct kernel *kernel, int parent_fd, const char *name)
{
	int fd, made = mkdirat(parent_fd, name, 0700);

	(void)kernel;
	if (made < 0 && errno == EEXIST) {
		if (!take_leftover_away(parent_fd, name))
			return -EEXIST;
		made = mkdirat(parent_fd, name, 0700);
	}
	if (made < 0)
		return -errno;
	fd = open_locked(parent_fd, name);
	/* in somebody's hands it is taken for a leftover, and away */
	if (fd < 0 && fd != -EEXIST)
		unlinkat(parent_fd, name, AT_REMOVEDIR);
	return fd;
}

int kernel_live_cgroup_remove(struct kernel *kernel, int parent_fd, const char *name)
{
	(void)kernel;
	return unlinkat(parent_fd, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}
