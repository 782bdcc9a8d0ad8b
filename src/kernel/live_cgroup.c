/* SPDX-License-Identifier: BSD-2-Clause */
/* The live door's other half: descriptors, cgroup directories, mounts. */
#include "kernel/live.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { FS_CGROUP2 = 0x63677270, FS_CGROUP_V1 = 0x0027e0eb, FS_BPF = (int)0xcafe4a11 };

static bool is_filesystem(int fd, int magic)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && (int)fs.f_type == magic;
}

static int read_fd_link(int fd, char *target, size_t size)
{
	char link[32];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, target, size - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	return 0;
}

enum kernel_kind kernel_live_kind(struct kernel *kernel, int fd)
{
	char target[64];
	struct stat st;

	(void)kernel;
	if (fd < 0 || fcntl(fd, F_GETFD) < 0)
		return KERNEL_IS_CLOSED;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		if (is_filesystem(fd, FS_CGROUP2))
			return KERNEL_IS_CGROUP;
		return is_filesystem(fd, FS_CGROUP_V1) ? KERNEL_IS_CGROUP_V1 : KERNEL_IS_DIRECTORY;
	}
	if (read_fd_link(fd, target, sizeof(target)) < 0)
		return KERNEL_IS_OTHER;
	if (strcmp(target, "anon_inode:bpf-prog") == 0)
		return KERNEL_IS_PROGRAM;
	if (strcmp(target, "anon_inode:bpf-map") == 0)
		return KERNEL_IS_MAP;
	/* the one that made it has another name for it than those who opened it */
	if (strcmp(target, "anon_inode:bpf_link") == 0 ||
	    strcmp(target, "anon_inode:bpf-link") == 0)
		return KERNEL_IS_LINK;
	return KERNEL_IS_OTHER;
}

int kernel_live_dup(struct kernel *kernel, int fd)
{
	int copy;

	(void)kernel;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return copy < 0 ? -errno : copy;
}

void kernel_live_close(struct kernel *kernel, int fd)
{
	(void)kernel;
	if (fd >= 0)
		close(fd);
}

/* O_PATH is enough for bpf(2), and asks for no right to read the directory. */
int kernel_live_cgroup_open(struct kernel *kernel, const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	(void)kernel;
	return fd < 0 ? -errno : fd;
}

int kernel_live_cgroup_parent(struct kernel *kernel, int fd)
{
	int parent = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)kernel;
	if (parent < 0)
		return -errno;
	if (is_filesystem(parent, FS_CGROUP2))
		return parent;
	close(parent);
	return -EXDEV;
}

/* A cgroup's id is its file handle: 64 bits that no other cgroup of this boot gets again. */
int kernel_live_cgroup_id(struct kernel *kernel, int fd, uint64_t *id)
{
	union {
		struct file_handle handle;
		char capacity[sizeof(struct file_handle) + sizeof(uint64_t)];
	} u;
	struct stat st;
	int mount;

	(void)kernel;
	memset(&u, 0, sizeof(u));
	u.handle.handle_bytes = sizeof(*id);
	if (name_to_handle_at(fd, "", &u.handle, &mount, AT_EMPTY_PATH) == 0) {
		memcpy(id, u.capacity + sizeof(struct file_handle), sizeof(*id));
		return 0;
	}
	/* forbidden in many containers; on 64 bits the inode has the same number */
	if (fstat(fd, &st) < 0)
		return -errno;
	*id = st.st_ino;
	return 0;
}

int kernel_live_cgroup_path(struct kernel *kernel, int fd, char *path, size_t size)
{
	static const char removed[] = " (deleted)";
	int err = read_fd_link(fd, path, size);
	struct stat st;
	char *end;

	(void)kernel;
	if (err)
		return err;
	end = path + strlen(path) - strlen(removed);
	if (end > path && strcmp(end, removed) == 0 && stat(path, &st) < 0)
		*end = '\0';
	return 0;
}

int kernel_live_cgroup_children(struct kernel *kernel, int fd, kernel_child_fn fn, void *user)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	(void)kernel;
	if (copy < 0)
		return -errno;
	dir = fdopendir(copy);
	if (!dir) {
		err = -errno;
		close(copy);
		return err;
	}
	while (!err) {
		errno = 0;
		entry = readdir(dir);
		if (!entry)
			break;
		if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") &&
		    strcmp(entry->d_name, ".."))
			err = fn(entry->d_name, user);
	}
	if (!err)
		err = -errno;
	closedir(dir);
	return err;
}

int kernel_live_pin_open(struct kernel *kernel, const char *path)
{
	(void)kernel;
	return bpf_obj_get(path);
}

int kernel_live_pin(struct kernel *kernel, int fd, const char *path)
{
	(void)kernel;
	return bpf_obj_pin(fd, path);
}

int kernel_live_unpin(struct kernel *kernel, const char *path)
{
	(void)kernel;
	return unlink(path) < 0 ? -errno : 0;
}

int kernel_live_pin_move(struct kernel *kernel, const char *from, const char *to)
{
	(void)kernel;
	return rename(from, to) < 0 ? -errno : 0;
}

/* The first user namespace maps every id to itself. */
static bool in_first_user_namespace(void)
{
	unsigned long inside, outside, length;
	FILE *map = fopen("/proc/self/uid_map", "re");
	bool first;

	if (!map)
		return true;
	first = fscanf(map, "%lu %lu %lu", &inside, &outside, &length) == 3 && inside == 0 &&
		outside == 0 && length == 4294967295UL;
	fclose(map);
	return first;
}

enum kernel_standing kernel_live_capability(struct kernel *kernel, enum kernel_capability which)
{
	FILE *status = fopen("/proc/thread-self/status", "re");
	unsigned long long effective = 0;
	char line[256];

	(void)kernel;
	if (!status)
		return KERNEL_CAP_MISSING;
	while (fgets(line, sizeof(line), status))
		if (sscanf(line, "CapEff: %llx", &effective) == 1)
			break;
	fclose(status);
	if (!(effective & (1ULL << which)))
		return KERNEL_CAP_MISSING;
	return in_first_user_namespace() ? KERNEL_CAP_HELD : KERNEL_CAP_IN_NAMESPACE;
}

/* The first mount of this type that is not hidden below another one. */
static int find_mount(const char *type, int magic, char *path, size_t size)
{
	char line[PATH_MAX + 512];
	struct mntent entry;
	int err = -ENOENT;
	struct statfs fs;
	FILE *mounts;

	mounts = setmntent("/proc/self/mounts", "re");
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
	endmntent(mounts);
	return err;
}

int kernel_live_cgroup_mount(struct kernel *kernel, char *path, size_t size)
{
	(void)kernel;
	return find_mount("cgroup2", FS_CGROUP2, path, size);
}

int kernel_live_bpffs_mount(struct kernel *kernel, char *path, size_t size)
{
	(void)kernel;
	return find_mount("bpf", FS_BPF, path, size);
}

bool kernel_live_is_bpffs(struct kernel *kernel, const char *path)
{
	struct statfs fs;

	(void)kernel;
	return statfs(path, &fs) == 0 && (int)fs.f_type == FS_BPF;
}
