/* SPDX-License-Identifier: BSD-2-Clause */
/* Cgroup directories of the running kernel. */
#include "kernel/live.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

/* O_PATH suffices for bpf(2), and needs no permission to read the directory. */
int kernel_live_cgroup_open(struct kernel *kernel, const char *path)
{
	int fd = fd_above_stdio(open(path, O_PATH | O_CLOEXEC));

	(void)kernel;
	return fd == -ENAMETOOLONG && strlen(path) >= PATH_MAX ? live_open_deep(path) : fd;
}

/* open_by_handle_at(2) takes no descriptor with O_PATH. */
int kernel_live_cgroup_open_mount(struct kernel *kernel, const char *path)
{
	(void)kernel;
	return fd_above_stdio(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/* A cgroup's file handle, with the number of bytes of its id. */
union live_handle {
	struct file_handle handle;
	char capacity[sizeof(struct file_handle) + sizeof(uint64_t)];
};

int kernel_live_cgroup_by_id(struct kernel *kernel, int mount_fd, uint64_t id)
{
	enum { FILEID_KERNFS = 0xfe };
	union live_handle u;

	(void)kernel;
	memset(&u, 0, sizeof(u));
	u.handle.handle_bytes = sizeof(id);
	u.handle.handle_type = FILEID_KERNFS;
	memcpy(u.capacity + sizeof(struct file_handle), &id, sizeof(id));
	return fd_above_stdio(open_by_handle_at(mount_fd, &u.handle, O_PATH | O_CLOEXEC));
}

int kernel_live_cgroup_parent(struct kernel *kernel, int fd)
{
	int parent = fd_above_stdio(openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC));

	(void)kernel;
	if (parent < 0)
		return parent;
	if (live_is_filesystem(parent, LIVE_FS_CGROUP2))
		return parent;
	close(parent);
	return -EXDEV;
}

/* A cgroup's id is its file handle: 64 bits that are unique until the next boot. */
int kernel_live_cgroup_id(struct kernel *kernel, int fd, uint64_t *id)
{
	union live_handle u;
	struct stat st;
	int mount;

	(void)kernel;
	memset(&u, 0, sizeof(u));
	u.handle.handle_bytes = sizeof(*id);
	if (name_to_handle_at(fd, "", &u.handle, &mount, AT_EMPTY_PATH) == 0) {
		memcpy(id, u.capacity + sizeof(struct file_handle), sizeof(*id));
		return 0;
	}
	/* many containers forbid this; on 64-bit systems the inode number is the same */
	if (fstat(fd, &st) < 0)
		return -errno;
	*id = st.st_ino;
	return 0;
}

int kernel_live_cgroup_path(struct kernel *kernel, int fd, char *path, size_t size)
{
	static const char removed[] = " (deleted)";
	int err = live_read_fd_link(fd, path, size);
	struct stat st;
	char *end;

	(void)kernel;
	if (err == -ENAMETOOLONG)
		return live_read_deep_path(fd, path, size);
	if (err)
		return err;
	end = path + strlen(path) - strlen(removed);
	if (end > path && strcmp(end, removed) == 0 && stat(path, &st) < 0)
		*end = '\0';
	return 0;
}

/* The root of the hierarchy has inode 1, also from inside a cgroup namespace; other roots have not.
 */
bool kernel_live_cgroup_is_root(struct kernel *kernel, int fd)
{
	uint64_t id;

	return kernel_live_cgroup_id(kernel, fd, &id) == 0 && (uint32_t)id == 1;
}

int kernel_live_cgroup_children(struct kernel *kernel, int fd, kernel_child_fn fn, void *user)
{
	DIR *dir = fd_opendir(fd, ".");
	struct dirent *entry;
	int err = 0;

	(void)kernel;
	if (!dir)
		return -errno;
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
