/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/pin.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "kernel/errno_error.h"
#include "base/text.h"

static bool is_in_bpffs(struct kernel *kernel, const char *path)
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

/* What is pinned at a path, as far as it can be told. */
static void pin_describe(char *out, size_t size, struct kernel *kernel, const char *path)
{
	struct kernel_program program;
	struct kernel_link link;
	int fd = kernel->ops->pin_open(kernel, path);
	enum kernel_kind kind = fd < 0 ? KERNEL_IS_OTHER : kernel->ops->kind(kernel, fd);

	snprintf(out, size, "something else");
	if (kind == KERNEL_IS_PROGRAM && kernel->ops->program_info(kernel, fd, &program) == 0)
		snprintf(out, size, "program %u (%s)", program.id, program.name);
	if (kind == KERNEL_IS_LINK && kernel->ops->link_info(kernel, fd, &link) == 0)
		snprintf(out, size, "link %u%s", link.id,
			 link.of_cgroup && !link.cgroup_id ? ", which was detached," : "");
	if (kind == KERNEL_IS_MAP)
		snprintf(out, size, "a map");
	if (fd >= 0)
		kernel->ops->close(kernel, fd);
}

enum cgswap_status pin_error_taken(struct cgswap_session *session, const char *path)
{
	char what[64];

	pin_describe(what, sizeof(what), session->kernel, path);
	return error_set(CGSWAP_CAUSE_PIN_EXISTS, EEXIST, "%.400s is the pin of %s already", path,
			 what);
}

static enum cgswap_status error_pin(struct cgswap_session *session, int errnum, const char *path)
{
	if (errnum == EEXIST)
		return pin_error_taken(session, path);
	if (error_is_exhaustion(-errnum))
		return error_from_errno(session->kernel, 0, errnum, "%.400s cannot be pinned",
					path);
	error_set(CGSWAP_CAUSE_PIN_FAILED, errnum, "nothing can be pinned at %.400s: %s", path,
		  cgswap_errno_get_name(errnum));
	if (errnum == EACCES || errnum == EPERM)
		error_remedy("give this process leave to write in that directory");
	return CGSWAP_E_SYSTEM;
}

static enum cgswap_status check_pin_path(struct cgswap_session *session, const char *path)
{
	if (!*text_file_name(path))
		return error_bad_argument("opts.pin is %s%.400s; wanted a path in a bpffs",
					  *path ? "a directory, " : "empty", path);
	if (!is_in_bpffs(session->kernel, path)) {
		if (!*session->bpffs)
			return error_set(CGSWAP_CAUSE_BPFFS_NOT_MOUNTED, 0,
					 "%.400s is to be a pin, and no bpffs is mounted", path);
		error_set(CGSWAP_CAUSE_PIN_FAILED, 0, "%.400s lies in no directory of a bpffs",
			  path);
		error_remedy("choose a path below %s", session->bpffs);
		return CGSWAP_E_SYSTEM;
	}
	/* the kernel keeps them for itself */
	if (strchr(text_file_name(path), '.')) {
		error_set(CGSWAP_CAUSE_PIN_FAILED, 0,
			  "%.400s has a dot in its name, which a bpffs does not allow", path);
		error_remedy("choose a name without a dot");
		return CGSWAP_E_SYSTEM;
	}
	return CGSWAP_OK;
}

/* 0, or a negative errno where nothing was found out, or nothing can ever be there. */
static int pin_read_at(enum pin_found *out, struct kernel *kernel, const char *path,
		       uint32_t program_id)
{
	struct kernel_program info = { 0 };
	int fd = kernel->ops->pin_open(kernel, path);
	int err = 0;

	*out = PIN_OTHER;
	if (error_is_exhaustion(fd))
		return fd;
	/* nothing can be there */
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

enum cgswap_status pin_read(enum pin_found *out, struct cgswap_session *session, const char *path,
			    uint32_t program_id)
{
	enum cgswap_status status = check_pin_path(session, path);
	int err;

	*out = PIN_OTHER;
	if (status)
		return status;
	err = pin_read_at(out, session->kernel, path, program_id);
	return err ? error_pin(session, -err, path) : CGSWAP_OK;
}

enum cgswap_status pin_make(struct cgswap_session *session, int fd, const char *path)
{
	enum cgswap_status status = check_pin_path(session, path);
	int err;

	if (status)
		return status;
	err = session->kernel->ops->pin(session->kernel, fd, path);
	return err ? error_pin(session, -err, path) : CGSWAP_OK;
}

enum cgswap_status pin_remove(struct cgswap_session *session, const char *path)
{
	int err = session->kernel->ops->unpin(session->kernel, path);

	return err ? error_pin(session, -err, path) : CGSWAP_OK;
}

void pin_unlink_if_ours(struct cgswap_session *session, const char *path, uint32_t program_id)
{
	struct kernel *kernel = session->kernel;
	enum pin_found found;

	/* what cannot be looked at for want of descriptors or memory is what was put there */
	if (pin_read_at(&found, kernel, path, program_id) || found == PIN_THE_PROGRAM)
		kernel->ops->unpin(kernel, path);
}

/* By how much the name of a pin beside a path may be longer than the path, with its end. */
enum { ASIDE_ROOM = sizeof("cgswap__") + 20 + 10 };

char *pin_temp_path(const char *path)
{
	return calloc(1, strlen(path) + ASIDE_ROOM);
}

/*
 * Pins under a name that nobody else has: this process counts, and others have other numbers. One
 * with our number, of another pid namespace or killed before its time, may have been there first.
 */
enum cgswap_status pin_stage(char *aside, struct cgswap_session *session, int fd, const char *path)
{
	enum { TRIES = 16 };
	static atomic_uint count;
	enum cgswap_status status = check_pin_path(session, path);
	int directory = (int)(text_file_name(path) - path), err = -EEXIST;

	for (int i = 0; i < TRIES && !status && err == -EEXIST; i++) {
		snprintf(aside, strlen(path) + ASIDE_ROOM, "%.*scgswap_%ld_%u", directory, path,
			 (long)getpid(), atomic_fetch_add(&count, 1));
		err = session->kernel->ops->pin(session->kernel, fd, aside);
	}
	if (status || !err)
		return status;
	status = error_pin(session, -err, err == -EEXIST ? aside : path);
	*aside = '\0';
	return status;
}

enum cgswap_status pin_publish(struct cgswap_session *session, char *aside, const char *path)
{
	int err = session->kernel->ops->pin_move(session->kernel, aside, path);

	if (err)
		return error_pin(session, -err, path);
	*aside = '\0';
	return CGSWAP_OK;
}

void pin_discard(struct cgswap_session *session, char *aside)
{
	if (!aside || !*aside)
		return;
	session->kernel->ops->unpin(session->kernel, aside);
	*aside = '\0';
}

/* The way back of a transaction takes no memory, so that it can be gone. */
enum cgswap_status pin_swap(struct cgswap_session *session, int fd, const char *path)
{
	enum cgswap_status status;
	char aside[4096];

	if (strlen(path) + ASIDE_ROOM > sizeof(aside))
		return error_pin(session, ENAMETOOLONG, path);
	status = pin_stage(aside, session, fd, path);
	if (status)
		return status;
	status = pin_publish(session, aside, path);
	if (status)
		pin_discard(session, aside);
	return status;
}
