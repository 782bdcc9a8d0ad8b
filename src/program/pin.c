/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/pin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/path_problem.h"
#include "base/text.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "program/pin_leftover.h"

static bool pin_is_in_bpffs(struct kernel *kernel, const char *path)
{
	size_t length = (size_t)(text_file_name(path) - path);
	char directory[4096] = ".";

	if (length >= sizeof(directory))
		return false;
	if (length) {
		memcpy(directory, path, length);
		directory[length] = '\0';
	}
	return kernel->ops->is_bpffs(kernel, directory);
}

/* Appends what is pinned at a path, as far as it can be read. */
static void pin_add_kind(struct error_text *text, struct kernel *kernel, const char *path)
{
	struct kernel_program program;
	struct kernel_link link;
	int fd = kernel->ops->pin_open(kernel, path);
	enum kernel_kind kind = fd < 0 ? KERNEL_IS_OTHER : kernel->ops->kind(kernel, fd);

	if (kind == KERNEL_IS_PROGRAM && kernel->ops->program_info(kernel, fd, &program) == 0)
		error_text_add(text, "program %u{program_id} (%s{program_name})", program.id,
			       program.name);
	else if (kind == KERNEL_IS_LINK && kernel->ops->link_info(kernel, fd, &link) == 0)
		error_text_add(text, "link %u{link_id}%s", link.id,
			       link.of_cgroup && !link.cgroup_id ? ", which was detached" : "");
	else if (kind == KERNEL_IS_MAP)
		error_text_add(text, "a map");
	else
		error_text_add(text, "something else");
	if (fd >= 0)
		kernel->ops->close(kernel, fd);
}

enum cgswap_status pin_error_open(struct kernel *kernel, const char *path, int errnum)
{
	if (path_problem_of(errnum))
		return error_set(CGSWAP_CAUSE_PIN_NOT_FOUND, errnum,
				 "nothing is pinned at '%.400s'{pin}", path);
	switch (errnum) {
	case EACCES:
	case EINVAL:
		/*
		 * the kernel returns these for a path that is not a pin, and without read
		 * permission
		 */
		error_set(CGSWAP_CAUSE_PIN_NOT_FOUND, errnum,
			  "'%.400s'{pin} is not a pin, or this process cannot read it", path);
		error_remedy("check that the path is in a bpffs, and its permissions");
		return CGSWAP_E_NOT_FOUND;
	default:
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, errnum,
					"the pin '%.400s'{pin} cannot be opened", path);
	}
}

enum cgswap_status pin_error_taken(struct cgswap_session *session, const char *path)
{
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text, "'%.400s'{pin} is already the pin of ", path);
	pin_add_kind(&text, session->kernel, path);
	return error_set_text(CGSWAP_CAUSE_PIN_EXISTS, EEXIST, &text);
}

enum cgswap_status pin_error(struct cgswap_session *session, int errnum, const char *path)
{
	if (errnum == EEXIST)
		return pin_error_taken(session, path);
	if (errnum == EBUSY) {
		error_set(
			CGSWAP_CAUSE_PIN_FAILED, errnum,
			"'%.400s'{pin} cannot be pinned: another process has the directory locked",
			path);
		error_remedy("try again, or find the process that swaps a pin there and does not "
			     "finish (fuser, lslocks)");
		return CGSWAP_E_SYSTEM;
	}
	if (error_is_exhaustion(-errnum))
		return error_from_errno(session->kernel, 0, errnum, "cannot pin at '%.400s'{pin}",
					path);
	error_set(CGSWAP_CAUSE_PIN_FAILED, errnum, "cannot pin at '%.400s'{pin}: %s", path,
		  cgswap_errno_get_name(errnum));
	if (errnum == EACCES || errnum == EPERM)
		error_remedy("allow this process to write to that directory");
	return CGSWAP_E_SYSTEM;
}

/* No bpffs is at the directory: it does not exist, or is elsewhere. */
static enum cgswap_status error_not_in_bpffs(struct cgswap_session *session, const char *path)
{
	size_t length = strlen(session->bpffs);

	if (!length)
		return error_set(CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, 0,
				 "cannot pin at '%.400s'{pin}: no bpffs is mounted", path);
	if (strncmp(path, session->bpffs, length) == 0 && path[length] == '/') {
		error_set(CGSWAP_CAUSE_PIN_FAILED, ENOENT,
			  "cannot pin at '%.400s'{pin}: its directory does not exist", path);
		error_remedy("make the directory (mkdir '%.*s')",
			     (int)(text_file_name(path) - path - 1), path);
		return CGSWAP_E_SYSTEM;
	}
	error_set(CGSWAP_CAUSE_PIN_FAILED, 0,
		  "cannot pin at '%.400s'{pin}: its directory is not in a bpffs", path);
	error_remedy("choose a path below '%s'", session->bpffs);
	return CGSWAP_E_SYSTEM;
}

enum cgswap_status pin_check_path(struct cgswap_session *session, const char *path)
{
	if (!*text_file_name(path))
		return error_bad_argument(
			"opts.pin is '%.400s'{pin}, %s; expected a path in a bpffs", path,
			*path ? "a directory" : "an empty path");
	if (!pin_is_in_bpffs(session->kernel, path))
		return error_not_in_bpffs(session, path);
	/* the kernel reserves such names */
	if (strchr(text_file_name(path), '.')) {
		error_set(
			CGSWAP_CAUSE_PIN_FAILED, 0,
			"cannot pin at '%.400s'{pin}: a bpffs does not allow a dot in a file name",
			path);
		error_remedy("choose a name without a dot");
		return CGSWAP_E_SYSTEM;
	}
	return CGSWAP_OK;
}

/* Returns a negative errno if the pin could not be read, or if the path cannot have one. */
static int pin_read_at(enum pin_found *out, struct kernel *kernel, const char *path,
		       uint32_t program_id)
{
	struct kernel_program info = { 0 };
	int fd = kernel->ops->pin_open(kernel, path);
	int err = 0;

	*out = PIN_OTHER;
	if (error_is_exhaustion(fd))
		return fd;
	/* such a path cannot have a pin */
	if (fd == -ENAMETOOLONG || fd == -ENOTDIR || fd == -ELOOP)
		return fd;
	if (fd == -ENOENT)
		*out = PIN_NOTHING;
	else if (fd < 0)
		*out = PIN_UNREADABLE;
	if (fd < 0)
		return 0;
	if (kernel->ops->kind(kernel, fd) == KERNEL_IS_PROGRAM)
		err = kernel->ops->program_info(kernel, fd, &info);
	if (!err && info.id && info.id == program_id)
		*out = PIN_THE_PROGRAM;
	kernel->ops->close(kernel, fd);
	return err;
}

/* After a swap that was interrupted, the next swap sets the path right. */
static void pin_look_past_leftover(enum pin_found *out, struct cgswap_session *session,
				   const char *path, uint32_t program_id)
{
	const struct pin_object program = { 'p', program_id };
	struct pin_object found = { 'p', 0 };

	pin_leftover_forecast(&found, session, path, program);
	if (pin_object_same(found, program))
		*out = PIN_THE_PROGRAM;
	else if (!found.kind)
		*out = PIN_NOTHING;
}

enum cgswap_status pin_read(enum pin_found *out, struct cgswap_session *session, const char *path,
			    uint32_t program_id)
{
	enum cgswap_status status = pin_check_path(session, path);
	int err;

	*out = PIN_OTHER;
	if (status)
		return status;
	err = pin_read_at(out, session->kernel, path, program_id);
	if (err)
		return pin_error(session, -err, path);
	if (*out == PIN_OTHER && program_id)
		pin_look_past_leftover(out, session, path, program_id);
	return CGSWAP_OK;
}

enum cgswap_status pin_make(struct cgswap_session *session, int fd, const char *path)
{
	enum cgswap_status status = pin_check_path(session, path);
	int err;

	if (status)
		return status;
	err = session->kernel->ops->pin(session->kernel, fd, path);
	return err ? pin_error(session, -err, path) : CGSWAP_OK;
}
