/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of the running kernel. */
#include "rawfd.h"

#include "tap.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *raw_kernel(void)
{
	return "live";
}

void raw_close(int fd)
{
	close(fd);
}

int raw_dup(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

int raw_open(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC);
}

int raw_open_path(const char *path)
{
	return open(path, O_PATH | O_CLOEXEC);
}

bool raw_ends_on_exec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	return flags >= 0 && (flags & FD_CLOEXEC);
}

void raw_list_open(bool *open, size_t most)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	if (!dir)
		bail_out("cannot open /proc/self/fd");
	memset(open, 0, most * sizeof(*open));
	while ((entry = readdir(dir))) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && fd != dirfd(dir) && (size_t)fd < most)
			open[fd] = true;
	}
	closedir(dir);
}

void raw_describe(int fd, char *text, size_t size)
{
	char path[64];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, text, size - 1);
	text[length > 0 ? length : 0] = '\0';
}
