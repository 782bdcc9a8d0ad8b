/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounts of cgroup2 and bpffs, and the cgroup of this process. */
#include "kernel/live.h"

#include <errno.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/fd.h"

static bool live_is_mount_of(const char *path, int magic)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && (int)fs.f_type == magic;
}

/* Without /proc: the places where systems mount it. */
static void live_find_usual_mount(const char *const *places, int magic, char path[PATH_MAX])
{
	for (; *places && !*path; places++)
		if (live_is_mount_of(*places, magic))
			strcpy(path, *places);
}

static void live_find_usual_mounts(struct kernel_mounts *out)
{
	static const char *const cgroups[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified",
					       "/run/cilium/cgroupv2", "/mnt/cgroup2", NULL };
	static const char *const bpffs[] = { "/sys/fs/bpf", NULL };

	live_find_usual_mount(cgroups, LIVE_FS_CGROUP2, out->cgroup);
	live_find_usual_mount(bpffs, LIVE_FS_BPF, out->bpffs);
}

/* Takes the mount if it is the first of its type that is not hidden below another one. */
static void live_take_mount(char path[PATH_MAX], const struct mntent *entry, const char *type,
			    int magic)
{
	if (*path || strcmp(entry->mnt_type, type) || strlen(entry->mnt_dir) >= PATH_MAX)
		return;
	if (live_is_mount_of(entry->mnt_dir, magic))
		strcpy(path, entry->mnt_dir);
}

int kernel_live_mounts(struct kernel *kernel, struct kernel_mounts *out)
{
	char line[PATH_MAX + 512];
	struct mntent entry;
	FILE *mounts;

	(void)kernel;
	out->cgroup[0] = out->bpffs[0] = '\0';
	mounts = fd_fopen("/proc/self/mounts");
	if (!mounts && errno != ENOENT)
		return -errno;
	if (!mounts) {
		live_find_usual_mounts(out);
		return 0;
	}
	while ((!*out->cgroup || !*out->bpffs) && getmntent_r(mounts, &entry, line, sizeof(line))) {
		live_take_mount(out->cgroup, &entry, "cgroup2", LIVE_FS_CGROUP2);
		live_take_mount(out->bpffs, &entry, "bpf", LIVE_FS_BPF);
	}
	fclose(mounts);
	return 0;
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

bool kernel_live_is_bpffs(struct kernel *kernel, const char *path)
{
	(void)kernel;
	return live_is_mount_of(path, LIVE_FS_BPF);
}

int kernel_live_bpffs_id(struct kernel *kernel, const char *path, uint64_t *id)
{
	struct stat status;

	(void)kernel;
	if (stat(path, &status))
		return -errno;
	if (!live_is_mount_of(path, LIVE_FS_BPF))
		return -ENOENT;
	*id = status.st_dev;
	return 0;
}
