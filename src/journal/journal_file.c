/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state directory, and whole files in it. A journal says which programs to attach where: no
 * other user may be able to write one, or make us write elsewhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fd.h"
#include "journal/journal.h"

enum { JOURNAL_FILE_MAX = 1 << 30 };

/*
 * A directory that has journals was made for them, so its mode may be changed. Another one, such as
 * /tmp, needs the mode that it has.
 */
static const char *directory_how_safe(const struct journal_directory *directory,
				      const struct stat *status)
{
	bool is_ours = status->st_uid == geteuid() && !(status->st_mode & S_ISVTX) &&
		       faccessat(directory->fd, JOURNAL_LOCK, F_OK, AT_SYMLINK_NOFOLLOW) == 0;

	return is_ours ? "run `chmod go-w` on it, or " : "";
}

static enum cgswap_status directory_check_safe(const struct journal_directory *directory)
{
	struct stat status;

	if (fstat(directory->fd, &status))
		return journal_error_unwritable(directory->kernel, directory->path, errno);
	if (status.st_uid != geteuid() && status.st_uid != 0)
		return journal_error_unsafe(
			directory->path, "belongs to another user, who could write a journal", "");
	if (status.st_mode & (S_IWGRP | S_IWOTH))
		return journal_error_unsafe(
			directory->path, "can be written by other users, who could write a journal",
			directory_how_safe(directory, &status));
	return CGSWAP_OK;
}

enum cgswap_status journal_directory_open(struct journal_directory *out, struct kernel *kernel,
					  const char *path, bool make)
{
	bool is_model = strcmp(kernel->ops->name, "model") == 0;
	struct stat status;

	*out = (struct journal_directory){
		.kernel = kernel, .fd = -1, .lock = -1, .is_for_new = make
	};
	out->path = malloc(strlen(path) + sizeof("/model"));
	out->state_dir = strdup(path);
	if (!out->path || !out->state_dir)
		return error_no_memory();
	sprintf(out->path, "%s", path);
	if (make && mkdir(path, 0700) && errno != EEXIST)
		return errno == ENOTDIR ? journal_error_not_directory(path)
					: journal_error_unwritable(kernel, path, errno);
	/* a simulated kernel must not end the transactions of the running one */
	if (is_model)
		strcat(out->path, "/model");
	if (make && is_model && mkdir(out->path, 0700) && errno != EEXIST)
		return errno == ENOTDIR ? journal_error_not_directory(path)
					: journal_error_unwritable(kernel, out->path, errno);
	out->fd = fd_above_stdio(open(out->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
	if (out->fd >= 0)
		return directory_check_safe(out);
	if (out->fd == -ENOENT && !make)
		return CGSWAP_OK;
	if (out->fd == -ENOTDIR && lstat(out->path, &status) == 0 && S_ISLNK(status.st_mode))
		return journal_error_unsafe(out->path, "is a symbolic link", "");
	if (out->fd == -ENOTDIR)
		return journal_error_not_directory(out->path);
	if (!make)
		return journal_error_unreadable(kernel, out->path, -out->fd);
	return journal_error_unwritable(kernel, out->path, -out->fd);
}

void journal_directory_close(struct journal_directory *directory)
{
	if (directory->fd >= 0)
		close(directory->fd);
	directory->fd = -1;
	free(directory->path);
	directory->path = NULL;
	free(directory->state_dir);
	directory->state_dir = NULL;
}

/* Returns 0 or a negative errno for what journal_errors.c describes. */
static int file_check(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	if (!S_ISREG(status.st_mode))
		return -ENODEV;
	if (status.st_nlink > 1)
		return -EMLINK;
	if (status.st_uid != geteuid() && status.st_uid != 0)
		return -EPERM;
	return status.st_size > JOURNAL_FILE_MAX ? -EFBIG : 0;
}

int journal_file_open(const struct journal_directory *directory, const char *name, int flags)
{
	int err, fd;

	if (directory->fd < 0)
		return directory->fd;
	/* a pipe would be waited for */
	do
		fd = openat(directory->fd, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	while (fd < 0 && errno == EINTR);
	fd = fd_above_stdio(fd);
	if (fd < 0)
		return fd;
	err = flags & O_DIRECTORY ? 0 : file_check(fd);
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int journal_read_all(int fd, char **data, size_t *length)
{
	size_t capacity = 4096;
	char *bigger;
	ssize_t size;

	*length = 0;
	*data = malloc(capacity + 1);
	while (*data) {
		size = read(fd, *data + *length, capacity - *length);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return -errno;
		if (size == 0)
			return 0;
		*length += (size_t)size;
		if (*length < capacity)
			continue;
		if (capacity >= JOURNAL_FILE_MAX)
			return -EFBIG;
		capacity *= 2;
		bigger = realloc(*data, capacity + 1);
		if (!bigger)
			return -ENOMEM;
		*data = bigger;
	}
	return -ENOMEM;
}

int journal_file_read(const struct journal_directory *directory, const char *name, char **data,
		      size_t *length)
{
	int err, fd = journal_file_open(directory, name, O_RDONLY);

	*data = NULL;
	if (fd < 0)
		return fd;
	err = journal_read_all(fd, data, length);
	close(fd);
	if (err) {
		free(*data);
		*data = NULL;
		return err;
	}
	(*data)[*length] = '\0';
	return 0;
}

int journal_file_write(int fd, const char *data, size_t length)
{
	while (length) {
		ssize_t size = write(fd, data, length);

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return -errno;
		if (size == 0)
			return -ENOSPC;
		data += size;
		length -= (size_t)size;
	}
	return 0;
}

int journal_file_rename(const struct journal_directory *directory, const char *from, const char *to)
{
	return renameat(directory->fd, from, directory->fd, to) ? -errno : 0;
}

int journal_file_remove(const struct journal_directory *directory, const char *name)
{
	return unlinkat(directory->fd, name, 0) ? -errno : 0;
}
