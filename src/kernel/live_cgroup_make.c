/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scratch cgroups of the running kernel. The process that makes one holds its lock until it is
 * removed. If the process is killed, the kernel drops the lock, and the next process that needs the
 * name removes the leftover.
 */
#include "kernel/live.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

static bool live_is_still_named(int fd, int parent_fd, const char *name)
{
	struct stat opened, named;

	return fstat(fd, &opened) == 0 &&
	       fstatat(parent_fd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       opened.st_ino == named.st_ino;
}

/* A descriptor, -EEXIST for a cgroup that another process uses, or another negative errno. */
static int live_open_locked(int parent_fd, const char *name)
{
	int err, fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	fd = fd_above_stdio(fd);

	if (fd < 0)
		return fd == -ENOENT ? -EEXIST : fd;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		err = errno == EWOULDBLOCK ? -EEXIST : -errno;
	else
		err = live_is_still_named(fd, parent_fd, name) ? 0 : -EEXIST;
	if (!err)
		return fd;
	close(fd);
	return err;
}

int kernel_live_cgroup_leftover(struct kernel *kernel, int parent_fd, const char *name, bool remove)
{
	int err = 0, fd = live_open_locked(parent_fd, name);

	(void)kernel;
	if (fd < 0)
		return fd;
	if (remove && unlinkat(parent_fd, name, AT_REMOVEDIR) < 0)
		err = -errno;
	close(fd);
	return err;
}

int kernel_live_cgroup_make(struct kernel *kernel, int parent_fd, const char *name)
{
	int fd, made = mkdirat(parent_fd, name, 0700);

	if (made < 0 && errno == EEXIST) {
		if (kernel_live_cgroup_leftover(kernel, parent_fd, name, true))
			return -EEXIST;
		made = mkdirat(parent_fd, name, 0700);
	}
	if (made < 0)
		return -errno;
	fd = live_open_locked(parent_fd, name);
	/* -EEXIST: another process took it for a leftover, and has removed it */
	if (fd < 0 && fd != -EEXIST)
		unlinkat(parent_fd, name, AT_REMOVEDIR);
	return fd;
}

int kernel_live_cgroup_remove(struct kernel *kernel, int parent_fd, const char *name)
{
	(void)kernel;
	return unlinkat(parent_fd, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}
