/* SPDX-License-Identifier: BSD-2-Clause */
/* The directory of a pin: its lock, which a bpffs has as any filesystem, and its names. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "kernel/live.h"

static int live_open_pin_directory(const char *path)
{
	size_t length = (size_t)(text_file_name(path) - path);
	char directory[4096] = ".";
	int fd;

	if (length >= sizeof(directory))
		return -ENAMETOOLONG;
	if (length) {
		memcpy(directory, path, length);
		directory[length] = '\0';
	}
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd_above_stdio(fd);
}

int kernel_live_pin_lock(struct kernel *kernel, const char *path)
{
	int err, fd = live_open_pin_directory(path);

	(void)kernel;
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	err = errno == EWOULDBLOCK ? -EBUSY : -errno;
	close(fd);
	return err;
}

/* A process that was forked meanwhile has the descriptor too: closing ours would not end the lock.
 */
void kernel_live_pin_unlock(struct kernel *kernel, int lock)
{
	(void)kernel;
	flock(lock, LOCK_UN);
	close(lock);
}

/* As the kernel has it; struct dirent64 is not the same everywhere. */
struct live_dirent {
	uint64_t inode;
	int64_t next;
	uint16_t size;
	uint8_t type;
	char name[];
};

typedef int (*live_dirent_fn)(const struct live_dirent *entry, void *user);

/* Closes the directory. opendir() would allocate memory. */
static int live_read_directory(int fd, live_dirent_fn fn, void *user)
{
	_Alignas(struct live_dirent) char buffer[4096];
	int result = 0;
	long size;

	while ((size = syscall(SYS_getdents64, fd, buffer, sizeof(buffer))) > 0 && !result)
		for (long at = 0; at < size && !result;) {
			const struct live_dirent *entry = (const void *)(buffer + at);

			at += entry->size;
			if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0)
				result = fn(entry, user);
		}
	if (size < 0 && !result)
		result = -errno;
	close(fd);
	return result;
}

int kernel_live_pin_directory_make(struct kernel *kernel, const char *path)
{
	(void)kernel;
	return mkdir(path, 0700) < 0 ? -errno : 0;
}

int kernel_live_pin_directory_remove(struct kernel *kernel, const char *path)
{
	(void)kernel;
	return rmdir(path) < 0 ? -errno : 0;
}

struct live_listing {
	kernel_child_fn name;
	kernel_pin_fn pin;
	void *user;
};

static int live_list_name(const struct live_dirent *entry, void *user)
{
	const struct live_listing *listing = user;

	return listing->name(entry->name, listing->user);
}

int kernel_live_pin_names(struct kernel *kernel, const char *path, kernel_child_fn fn, void *user)
{
	struct live_listing listing = { .name = fn, .user = user };
	int fd = live_open_pin_directory(path);

	(void)kernel;
	return fd < 0 ? fd : live_read_directory(fd, live_list_name, &listing);
}

/* A symbolic link is not a pin: the pin that it leads to is listed where it is. */
static int live_list_pin(const struct live_dirent *entry, void *user)
{
	const struct live_listing *listing = user;

	if (entry->type != DT_DIR && entry->type != DT_REG)
		return 0;
	return listing->pin(entry->name, entry->type == DT_DIR, listing->user);
}

int kernel_live_pin_list(struct kernel *kernel, const char *directory, kernel_pin_fn fn, void *user)
{
	struct live_listing listing = { .pin = fn, .user = user };
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	(void)kernel;
	fd = fd < 0 ? -errno : fd_above_stdio(fd);
	if (fd < 0)
		return fd;
	/* another file system may be mounted on a directory of a bpffs */
	if (!live_is_filesystem(fd, LIVE_FS_BPF)) {
		close(fd);
		return -ENOTDIR;
	}
	return live_read_directory(fd, live_list_pin, &listing);
}
