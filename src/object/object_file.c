/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/object_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fd.h"
#include "base/path_problem.h"
#include "object/elf_check.h"
#include "object/needed_maps.h"
#include "kernel/errno_error.h"

enum { LARGEST_FILE = 64 << 20, BLOCK = 16 * 1024 };

static enum cgswap_status object_file_error(const char *path, int errnum)
{
	if (path_problem_of(errnum))
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_FOUND, errnum,
				 "object file '%s'{path} was not found", path);
	switch (errnum) {
	case EACCES:
	case EPERM:
		error_set(CGSWAP_CAUSE_DENIED_BY_POLICY, errnum,
			  "this process is not permitted to read '%s'{path}", path);
		error_remedy("check the permissions of the file and of the directories above it");
		return CGSWAP_E_PERMISSION;
	default:
		return error_from_errno(NULL, 0, errnum, "'%s'{path} cannot be read", path);
	}
}

/* Compiling it again would not make it a file. */
static enum cgswap_status object_file_error_kind(const char *path, bool directory)
{
	enum cgswap_status status;

	status = error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0, "'%s'{path} is %s", path,
			   directory ? "a directory" : "not a regular file");
	error_remedy(directory ? "name an object file in it"
			       : "name an object file, or write the object to a file first");
	return status;
}

static enum cgswap_status object_file_error_large(const char *path, off_t size)
{
	enum cgswap_status status;

	status = error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0,
			   "'%s'{path} has %lld{found} bytes; expected at most %d{expected}", path,
			   (long long)size, LARGEST_FILE);
	error_remedy("remove its debugging information (llvm-strip -g)");
	return status;
}

static enum cgswap_status object_file_check(const struct stat *st, const char *path)
{
	if (!S_ISREG(st->st_mode))
		return object_file_error_kind(path, S_ISDIR(st->st_mode));
	if (st->st_size == 0)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0, "'%s'{path} is empty", path);
	if (st->st_size > LARGEST_FILE)
		return object_file_error_large(path, st->st_size);
	return CGSWAP_OK;
}

/* True if a file of the same size has the bytes of a known one. */
static bool object_file_is(int fd, const struct object_file *known)
{
	char block[BLOCK];
	size_t done = 0;

	while (done < known->size) {
		ssize_t got = pread(fd, block, sizeof(block), (off_t)done);

		if (got <= 0 || (size_t)got > known->size - done ||
		    memcmp(block, known->bytes + done, got) != 0)
			return false;
		done += got;
	}
	return true;
}

static enum cgswap_status object_file_read_bytes(struct object_file *out, int fd, size_t size,
						 const char *path)
{
	size_t done = 0;

	out->bytes = malloc(size);
	if (!out->bytes)
		return error_no_memory();
	while (done < size) {
		ssize_t got = pread(fd, out->bytes + done, size - done, (off_t)done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return object_file_error(path, errno);
		if (got == 0)
			break;
		done += got;
	}
	out->size = done;
	return CGSWAP_OK;
}

/* Sets *same and reads nothing if the file is the known one. */
static enum cgswap_status object_file_read_fd(struct object_file *out, bool *same, int fd,
					      const struct object_file *known, const char *path)
{
	enum cgswap_status status;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return object_file_error(path, errno);
	status = object_file_check(&st, path);
	if (status)
		return status;
	*same = known && known->elf && (size_t)st.st_size == known->size &&
		object_file_is(fd, known);
	return *same ? CGSWAP_OK : object_file_read_bytes(out, fd, st.st_size, path);
}

enum cgswap_status object_file_read(struct object_file *out, const char *path,
				    struct object_file *known)
{
	enum cgswap_status status;
	bool same = false;
	int fd;

	*out = (struct object_file){ 0 };
	/* non-blocking: the path may be a FIFO without a writer */
	fd = fd_above_stdio(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
	if (fd < 0)
		return object_file_error(path, -fd);
	status = object_file_read_fd(out, &same, fd, known, path);
	close(fd);
	if (same) {
		*out = *known;
		*known = (struct object_file){ 0 };
		return CGSWAP_OK;
	}
	if (!status)
		status = elf_check(out, path);
	if (!status && !(out->needed = calloc(1, sizeof(*out->needed))))
		status = error_no_memory();
	if (status)
		object_file_free(out);
	return status;
}

void object_file_free(struct object_file *file)
{
	elf_end(file->elf);
	free(file->bytes);
	needed_maps_memo_free(file->needed);
	*file = (struct object_file){ 0 };
}
