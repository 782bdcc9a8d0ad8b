/* SPDX-License-Identifier: BSD-2-Clause */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

enum { FDS_MAX = 1024 };

const char *const files_names[FILES_OPS] = {
	"open", "read", "write", "truncate", "seek", "stat", "lock", "rename", "unlink", "link", "mkdir", "sync",
};

static struct {
	char directory[256];
	bool ours[FDS_MAX];
	enum files_op op;
	unsigned at, calls; /* at 0: none fails */
	int errnum;
	bool on, failed;
} files;

void files_watch(const char *directory)
{
	strncpy(files.directory, directory, sizeof(files.directory) - 1);
}

void files_fail(enum files_op op, unsigned at, int errnum, bool on)
{
	files.op = op;
	files.at = at;
	files.errnum = errnum;
	files.on = on;
	files.calls = 0;
	files.failed = false;
}

bool files_relent(void)
{
	files.at = 0;
	return files.failed;
}

static bool is_ours(int fd)
{
	return fd >= 0 && fd < FDS_MAX && files.ours[fd];
}

static bool is_below(int at, const char *path)
{
	size_t length = strlen(files.directory);

	if (path[0] != '/')
		return is_ours(at);
	return length && strncmp(path, files.directory, length) == 0;
}

/* Counts an operation. Returns true, with errno, if it is to fail. */
static bool refuses(enum files_op op, bool ours)
{
	if (!ours || !files.at || op != files.op || ++files.calls < files.at)
		return false;
	if (files.calls > files.at && !files.on)
		return false;
	files.failed = true;
	errno = files.errnum == FILES_SHORT ? ENOSPC : files.errnum;
	return true;
}

static int opened(int fd, bool ours)
{
	if (fd >= 0 && fd < FDS_MAX)
		files.ours[fd] = ours;
	return fd;
}

/* ---- open and close -------------------------------------------------------------------------- */

static mode_t mode_of(int flags, va_list args)
{
	return flags & O_CREAT ? (mode_t)va_arg(args, unsigned) : 0;
}

/* With 64 in its name too: a build for 32 bits may call either. */
#define WRAP_OPEN(name)                                                                             \
	int __real_##name(const char *path, int flags, ...);                                        \
	int __wrap_##name(const char *path, int flags, ...);                                        \
	int __wrap_##name(const char *path, int flags, ...)                                         \
	{                                                                                           \
		bool ours = is_below(-1, path);                                                     \
		va_list args;                                                                       \
		mode_t mode;                                                                        \
                                                                                                    \
		va_start(args, flags);                                                              \
		mode = mode_of(flags, args);                                                        \
		va_end(args);                                                                       \
		return refuses(FILES_OPEN, ours) ? -1                                               \
						 : opened(__real_##name(path, flags, mode), ours);  \
	}
WRAP_OPEN(open)
WRAP_OPEN(open64)

#define WRAP_OPENAT(name)                                                                           \
	int __real_##name(int at, const char *path, int flags, ...);                                \
	int __wrap_##name(int at, const char *path, int flags, ...);                                \
	int __wrap_##name(int at, const char *path, int flags, ...)                                 \
	{                                                                                           \
		bool ours = is_below(at, path);                                                     \
		va_list args;                                                                       \
		mode_t mode;                                                                        \
                                                                                                    \
		va_start(args, flags);                                                              \
		mode = mode_of(flags, args);                                                        \
		va_end(args);                                                                       \
		return refuses(FILES_OPEN, ours)                                                    \
			       ? -1                                                                 \
			       : opened(__real_##name(at, path, flags, mode), ours);                \
	}
WRAP_OPENAT(openat)
WRAP_OPENAT(openat64)

int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
	opened(fd, false);
	return __real_close(fd);
}

/* ---- the others ------------------------------------------------------------------------------ */

ssize_t __real_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size)
{
	bool first = files.calls + 1 == files.at;

	if (!refuses(FILES_WRITE, is_ours(fd)))
		return __real_write(fd, data, size);
	return files.errnum == FILES_SHORT && first && size > 1 ? __real_write(fd, data, size / 2)
								: -1;
}

#define WRAP(op, ours, type, name, params, args)                                                    \
	type __real_##name params;                                                                  \
	type __wrap_##name params;                                                                  \
	type __wrap_##name params                                                                   \
	{                                                                                           \
		return refuses(op, ours) ? (type)-1 : __real_##name args;                           \
	}

WRAP(FILES_READ, is_ours(fd), ssize_t, read, (int fd, void *data, size_t size), (fd, data, size))
WRAP(FILES_TRUNCATE, is_ours(fd), int, ftruncate, (int fd, off_t size), (fd, size))
WRAP(FILES_TRUNCATE, is_ours(fd), int, ftruncate64, (int fd, off64_t size), (fd, size))
WRAP(FILES_SEEK, is_ours(fd), off_t, lseek, (int fd, off_t to, int whence), (fd, to, whence))
WRAP(FILES_SEEK, is_ours(fd), off64_t, lseek64, (int fd, off64_t to, int whence), (fd, to, whence))
WRAP(FILES_STAT, is_ours(fd), int, fstat, (int fd, struct stat *out), (fd, out))
WRAP(FILES_STAT, is_ours(fd), int, fstat64, (int fd, struct stat64 *out), (fd, out))
WRAP(FILES_STAT, is_below(at, path), int, fstatat,
     (int at, const char *path, struct stat *out, int flags), (at, path, out, flags))
WRAP(FILES_STAT, is_below(at, path), int, fstatat64,
     (int at, const char *path, struct stat64 *out, int flags), (at, path, out, flags))
WRAP(FILES_LOCK, is_ours(fd), int, flock, (int fd, int how), (fd, how))
WRAP(FILES_RENAME, is_below(at, path), int, renameat,
     (int at, const char *path, int to_at, const char *to), (at, path, to_at, to))
WRAP(FILES_UNLINK, is_below(at, path), int, unlinkat, (int at, const char *path, int flags),
     (at, path, flags))
WRAP(FILES_LINK, is_below(at, path), int, linkat,
     (int at, const char *path, int to_at, const char *to, int flags),
     (at, path, to_at, to, flags))
WRAP(FILES_MKDIR, is_below(-1, path), int, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(FILES_MKDIR, is_below(at, path), int, mkdirat, (int at, const char *path, mode_t mode),
     (at, path, mode))
WRAP(FILES_SYNC, is_ours(fd), int, fsync, (int fd), (fd))
WRAP(FILES_SYNC, is_ours(fd), int, fdatasync, (int fd), (fd))
