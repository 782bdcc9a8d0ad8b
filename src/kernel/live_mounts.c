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

static bool live_is_mount_of(const char *path, int magic)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && (int)fs.f_type == magic;
}

/* Without /proc: the places where systems mount it. */
static int live_find_usual_mount(const char *const *places, int magic, char *path, size_t size)
{
	for (; *places; places++)
		if (strlen(*places) < size && live_is_mount_of(*places, magic)) {
			strcpy(path, *places);
			return 0;
		}
	return -ENOENT;
}

/* The first mount of this type that is not hidden below another one. */
static int live_find_mount(const char *type, int magic, const char *const *places, char *path,
			   size_t size)
{
	char line[PATH_MAX + 512];
	struct mntent entry;
	int err = -ENOENT;
	FILE *mounts;

	mounts = fd_fopen("/proc/self/mounts");
	if (!mounts && errno == ENOENT)
		return live_find_usual_mount(places, magic, path, size);
	if (!mounts)
		return -errno;
	while (getmntent_r(mounts, &entry, line, sizeof(line))) {
		if (strcmp(entry.mnt_type, type) || strlen(entry.mnt_dir) >= size)
			continue;
		if (!live_is_mount_of(entry.mnt_dir, magic))
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
	static const char *const places[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified",
					      "/run/cilium/cgroupv2", "/mnt/cgroup2", NULL };

	(void)kernel;
	return live_find_mount("cgroup2", LIVE_FS_CGROUP2, places, path, size);
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
	static const char *const places[] = { "/sys/fs/bpf", NULL };

	(void)kernel;
	return live_find_mount("bpf", LIVE_FS_BPF, places, path, size);
}

bool kernel_live_is_bpffs(struct kernel *kernel, const char *path)
{
	(void)kernel;
	return live_is_mount_of(path, LIVE_FS_BPF);
}
