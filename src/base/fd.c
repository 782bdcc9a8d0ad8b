/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FIRST_FREE = STDERR_FILENO + 1 };

int fd_above_stdio(int fd)
{
	int copy, err;

	if (fd < 0)
		return -errno;
	if (fd >= FIRST_FREE)
		return fd;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE);
	err = copy < 0 ? -errno : copy;
	close(fd);
	return err;
}

DIR *fd_opendir(int at, const char *path)
{
	int fd = fd_above_stdio(openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	DIR *dir;

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	dir = fdopendir(fd);
	if (!dir)
		close(fd);
	return dir;
}

FILE *fd_fopen(const char *path)
{
	int fd = fd_above_stdio(open(path, O_RDONLY | O_CLOEXEC));
	FILE *file;

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	file = fdopen(fd, "r");
	if (!file)
		close(fd);
	return file;
}
