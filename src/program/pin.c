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
#include "kernel/policy.h"
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
	else if (fd < 0)
		error_text_add(text, "an object that this process cannot open (%s)",
			       cgswap_errno_get_name(-fd));
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
	if (errnum == EINVAL || (errnum == EACCES && !kernel->ops->is_bpffs(kernel, path))) {
		error_set(CGSWAP_CAUSE_PIN_NOT_FOUND, errnum, "'%.400s'{pin} is not a pin", path);
		error_remedy("check that the path is in a bpffs");
		return CGSWAP_E_NOT_FOUND;
	}
	if (errnum == EACCES && kernel->ops->pin_access(kernel, path, false)) {
		error_set(CGSWAP_CAUSE_DENIED_BY_POLICY, errnum,
			  "the pin '%.400s'{pin} cannot be opened: this process may not read and "
			  "write it",
			  path);
		error_remedy("change the owner or the mode of the pin and of its directories, or "
			     "run the command as their owner");
		return CGSWAP_E_PERMISSION;
	}
	return error_from_errno(kernel, CAPABILITY_TO_LOAD, errnum,
				"the pin '%.400s'{pin} cannot be opened", path);
}

enum cgswap_status pin_error_taken(struct cgswap_session *session, const char *path)
{
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text, "'%.400s'{pin} is already the pin of ", path);
	pin_add_kind(&text, session->kernel, path);
	return error_set_text(CGSWAP_CAUSE_PIN_EXISTS, EEXIST, &text);
}

/* The directory of a pin takes no new one. */
static enum cgswap_status pin_error_directory(const char *path, int errnum)
{
	int length = (int)(text_file_name(path) - path);

	if (errnum == EROFS) {
		error_set(CGSWAP_CAUSE_PIN_FAILED, errnum,
			  "cannot pin at '%.400s'{pin}: the bpffs is mounted read-only", path);
		error_remedy("run `mount -o remount,rw` on that mount, or name another bpffs");
	} else if (errnum == EACCES || errnum == EPERM) {
		error_set(
			CGSWAP_CAUSE_PIN_FAILED, errnum,
			"cannot pin at '%.400s'{pin}: this process may not write to its directory",
			path);
		error_remedy("give this process write and search permission on '%.*s' (chown, "
			     "chmod), or name another directory",
			     length > 1 ? length : 1, length ? path : ".");
	} else {
		error_set(CGSWAP_CAUSE_PIN_FAILED, errnum, "cannot pin at '%.400s'{pin}: %s", path,
			  cgswap_errno_get_name(errnum));
	}
	return CGSWAP_E_SYSTEM;
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
	if (errnum == EROFS || session->kernel->ops->pin_access(session->kernel, path, true))
		return pin_error_directory(path, errnum);
	if (policy_may_deny(session->kernel, -errnum))
		return error_from_errno(session->kernel, CAPABILITY_TO_LOAD, errnum,
					"cannot pin at '%.400s'{pin}", path);
	error_set(CGSWAP_CAUSE_PIN_FAILED, errnum, "cannot pin at '%.400s'{pin}: %s", path,
		  cgswap_errno_get_name(errnum));
	if (errnum == ENOSPC)
		error_remedy("free some memory: the kernel has none left for the pin");
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
			"'%.400s'{pin}, given as the pin, is %s; expected a path in a bpffs", path,
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

/* It could not be opened, which a policy denies even where there is nothing. */
static int pin_read_denied(enum pin_found *out, struct kernel *kernel, const char *path, int err)
{
	int access = err == -ENOENT ? err : kernel->ops->pin_access(kernel, path, false);

	*out = access == -ENOENT ? PIN_NOTHING : PIN_UNREADABLE;
	return !access && capability_is_not_missing(kernel, CAPABILITY_TO_LOAD, err) ? err : 0;
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
	if (fd < 0)
		return pin_read_denied(out, kernel, path, fd);
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
	if (err && policy_may_deny(session->kernel, err))
		return pin_error_open(session->kernel, path, -err);
	if (err)
		return pin_error(session, -err, path);
	if (*out == PIN_OTHER && program_id)
		pin_look_past_leftover(out, session, path, program_id);
	return CGSWAP_OK;
}

enum cgswap_status pin_check_access(struct cgswap_session *session, const char *path)
{
	int err = session->kernel->ops->pin_access(session->kernel, path, true);

	if (err == -EROFS || err == -EACCES)
		return pin_error_directory(path, -err);
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
