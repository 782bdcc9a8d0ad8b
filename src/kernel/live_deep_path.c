/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cgroups whose paths have PATH_MAX bytes or more. No system call takes such a path or returns it:
 * they are opened in several steps, and their paths are made of the names that their ancestors
 * list.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "kernel/live.h"

/* The length of the longest beginning that open(2) takes and that ends a component; 0: none. */
static size_t deep_piece(const char *path)
{
	size_t length = strlen(path);

	if (length < PATH_MAX)
		return length;
	for (length = PATH_MAX - 1; length && path[length] != '/'; length--)
		continue;
	return length;
}

int live_open_deep(const char *path)
{
	char piece[PATH_MAX];
	int next, fd = AT_FDCWD;

	do {
		size_t length = deep_piece(path);

		memcpy(piece, path, length);
		piece[length] = '\0';
		next = length ? fd_above_stdio(openat(fd, piece, O_PATH | O_CLOEXEC))
			      : -ENAMETOOLONG;
		if (fd >= 0)
			close(fd);
		if (next < 0)
			return next;
		fd = next;
		path += length;
		path += strspn(path, "/");
	} while (*path);
	return fd;
}

/* The path is written from the end of its buffer to the beginning. */
struct deep_path {
	char *first, *at; /* the beginning of the buffer, and that of the path */
};

static int deep_add(struct deep_path *path, const char *text)
{
	size_t length = strlen(text);

	if ((size_t)(path->at - path->first) < length)
		return -ENAMETOOLONG;
	path->at -= length;
	memcpy(path->at, text, length);
	return 0;
}

/* Adds the name by which the parent lists the child. */
static int deep_add_name(struct deep_path *path, int parent, int child)
{
	DIR *dir = fd_opendir(parent, ".");
	struct dirent *entry;
	struct stat wanted;
	int err = -ENOENT;

	if (!dir)
		return -errno;
	if (fstat(child, &wanted) == 0)
		while (err == -ENOENT && (entry = readdir(dir)))
			if (entry->d_type == DT_DIR && entry->d_ino == wanted.st_ino)
				err = deep_add(path, entry->d_name);
	closedir(dir);
	return err ? err : deep_add(path, "/");
}

int live_read_deep_path(int fd, char *out, size_t size)
{
	struct deep_path path = { .first = out, .at = out + size - 1 };
	int err = -ENAMETOOLONG, child = fd;
	char above[PATH_MAX];

	*path.at = '\0';
	while (err == -ENAMETOOLONG) {
		int parent = fd_above_stdio(openat(child, "..", O_PATH | O_DIRECTORY | O_CLOEXEC));

		err = parent < 0 ? parent : deep_add_name(&path, parent, child);
		if (child != fd)
			close(child);
		child = parent;
		if (err)
			break;
		err = live_read_fd_link(parent, above, sizeof(above));
	}
	if (child != fd && child >= 0)
		close(child);
	if (!err)
		err = deep_add(&path, above);
	if (!err)
		memmove(out, path.at, strlen(path.at) + 1);
	return err;
}
