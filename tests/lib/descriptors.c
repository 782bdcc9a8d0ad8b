/* SPDX-License-Identifier: BSD-2-Clause */
#include "descriptors.h"

#include "../tap/tap.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct descriptors descriptors_now(void)
{
	struct descriptors now = { .open = { false } };
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	if (!dir)
		bail_out("cannot open /proc/self/fd");
	while ((entry = readdir(dir))) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && fd != dirfd(dir) && fd < DESCRIPTORS_MAX)
			now.open[fd] = true;
	}
	closedir(dir);
	return now;
}

unsigned descriptors_count(void)
{
	struct descriptors now = descriptors_now();
	unsigned count = 0;

	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		count += now.open[fd];
	return count;
}

static void tell(int fd)
{
	char path[64], target[256];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	diag("descriptor %d was left open: %s", fd, target);
}

bool descriptors_same(const struct descriptors *before)
{
	struct descriptors now = descriptors_now();
	bool same = true;

	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++) {
		if (now.open[fd] == before->open[fd])
			continue;
		same = false;
		if (now.open[fd])
			tell(fd);
		else
			diag("descriptor %d was closed", fd);
	}
	return same;
}
