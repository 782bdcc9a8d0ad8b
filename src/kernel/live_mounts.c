/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounts of cgroup2 and bpffs, and the cgroup of this process. */
#include "kernel/live.h"

#include <errno.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

#include "base/fd.h"

/* The first mount of this type that is not hidden below another one. */
static int live_find_mount(const char *type, int magic, char *path, size_t size)
{
	char line[PATH_MAX + 512];
	struct mntent entry;
	int err = -ENOENT;
	struct statfs fs;
	FILE *mounts;

	mounts = fd_fopen("/proc/self/mounts");
	if (!mounts)
		return -errno;
	while (getmntent_r(mounts, &entry, line, sizeof(line))) {
		if (strcmp(entry.mnt_type, type) || strlen(entry.mnt_dir) >= size)
			continue;
		if (statfs(entry.mnt_dir, &fs) < 0 || (int)fs.f_type != magic)
			continue;
		strcpy(path, entry.mnt_dir);
		err = 0;
		break;
	}
	fclose(mounts);
	return err;
}

int kernel_live_cgroup_mount(struct kernel *kernel, char *path, size_t size)
{
	(void)kernel;
	return live_find_mount("cgroup2", LIVE_FS_CGROUP2, path, size);
}

/* The line of cgroup2 begins with hierarchy 0 and has no controllers. */
int kernel_live_cgroup_own(struct kernel *kernel, char *path, size_t size)
{
	static const char cgroup2[] = "0::";
	char line[PATH_MAX + sizeof(cgroup2)];
	int err = -ENOENT;
	FILE *file;

	(void)kernel;
	file = fd_fopen("/proc/self/cgroup");
	if (!file)
		return -errno;
	while (err && fgets(line, sizeof(line), file)) {
		if (strncmp(line, cgroup2, strlen(cgroup2)))
			continue;
		line[strcspn(line, "\n")] = '\0';
		err = snprintf(path, size, "%s", line + strlen(cgroup2)) < (int)size
			      ? 0
			      : -ENAMETOOLONG;
	}
	fclose(file);
	return err;
}

int kernel_live_bpffs_mount(struct kernel *kernel, char *path, size_t size)
{
	(void)kernel;
	return live_find_mount("bpf", LIVE_FS_BPF, path, size);
}

bool kernel_live_is_bpffs(struct kernel *kernel, const char *path)
{
	struct statfs fs;

	(void)kernel;
	return statfs(path, &fs) == 0 && (int)fs.f_type == LIVE_FS_BPF;
}
