/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The place where a transaction of many programs holds those that it has closed: pins in a
 * directory of its own, which stay until its handle is closed. A file in the state directory names
 * the pins, and is locked as long as their owner lives.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fd.h"
#include "journal/journal.h"

static const char shelves_name[] = "shelves";

enum { SHELF_NAME_SIZE = 32, SHELF_ATTEMPTS = 16 };

static int shelf_check_linked(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	return status.st_nlink ? 0 : -EAGAIN;
}

/* Another process that clears up may remove the directory, or the file before it is locked. */
static int shelf_make_file(struct journal_shelf *shelf)
{
	int directory = shelf->directory.fd, err, fd;

	if (mkdirat(directory, shelves_name, 0700) && errno != EEXIST)
		return -errno;
	fd = journal_file_open(&shelf->directory, shelf->name,
			       O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
	/* or a process has the same number, from a clock that was set back */
	if (fd < 0)
		return fd == -ENOENT || fd == -EEXIST ? -EAGAIN : fd;
	if (flock(fd, LOCK_EX | LOCK_NB))
		err = errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
	else
		err = shelf_check_linked(fd);
	if (!err) {
		shelf->file = fd;
		return 0;
	}
	journal_file_remove(&shelf->directory, shelf->name);
	close(fd);
	return err;
}

static int shelf_write(const struct journal_shelf *shelf)
{
	struct journal_text text = { 0 };
	int err;

	journal_text_begin(&text, "shelf");
	journal_text_string(&text, "pins", shelf->pins);
	journal_text_end(&text);
	err = text.failed ? -ENOMEM : journal_file_write(shelf->file, text.data, text.length);
	journal_text_free(&text);
	return err;
}

static enum cgswap_status shelf_make(struct journal_shelf *shelf)
{
	enum cgswap_status status = CGSWAP_OK;
	int err = -EAGAIN;

	for (int i = 0; err == -EAGAIN && i < SHELF_ATTEMPTS && !status; i++) {
		uint64_t id = journal_id_make() + (unsigned)i;

		snprintf(shelf->name, sizeof(shelf->name), "%s/%" PRIu64, shelves_name, id);
		status = journal_pins_name(shelf->pins, sizeof(shelf->pins), shelf->session, id);
		if (!status)
			err = shelf_make_file(shelf);
	}
	if (!status && !err)
		err = shelf_write(shelf);
	if (!status && err)
		status = journal_error_unwritable(shelf->session->kernel, shelf->directory.path,
						  -err);
	if (!status)
		status = journal_pins_make(shelf->session, shelf->pins);
	/* a directory that another process made is not ours to remove */
	if (status)
		shelf->pins[0] = '\0';
	return status;
}

enum cgswap_status journal_shelf_open(struct journal_shelf *out, struct cgswap_session *session)
{
	enum cgswap_status status;

	*out = (struct journal_shelf){ .session = session, .owner = getpid(), .file = -1 };
	status = journal_directory_open(&out->directory, session->kernel, session->state_dir, true);
	if (!status)
		status = shelf_make(out);
	if (status)
		journal_shelf_close(out);
	return status;
}

void journal_shelf_close(struct journal_shelf *shelf)
{
	bool ours = shelf->owner == getpid();

	/* pins that could not be removed are still named there */
	if (ours && shelf->file >= 0 && !journal_pins_remove(shelf->session, shelf->pins))
		journal_file_remove(&shelf->directory, shelf->name);
	if (ours && shelf->directory.fd >= 0)
		unlinkat(shelf->directory.fd, shelves_name, AT_REMOVEDIR);
	if (ours && shelf->file >= 0)
		flock(shelf->file, LOCK_UN);
	if (shelf->file >= 0)
		close(shelf->file);
	shelf->file = -1;
	journal_directory_close(&shelf->directory);
}

/* ---- those of processes that died ------------------------------------------------------------ */

/* The file has one line; without it the pins were not made yet. */
static int shelf_remove_pins(struct cgswap_session *session,
			     const struct journal_directory *directory, const char *name)
{
	struct journal_line line;
	const char *pins = NULL;
	uint32_t sum = 0;
	size_t length;
	char *text, *end;
	int err = journal_file_read(directory, name, &text, &length);

	if (err)
		return err;
	end = memchr(text, '\n', length);
	if (end && journal_line_read(&line, text, (size_t)(end - text), &sum))
		pins = journal_line_string(&line, "pins");
	err = pins ? journal_pins_remove(session, pins) : 0;
	free(text);
	return err;
}

static int shelf_sweep(struct cgswap_session *session, const struct journal_directory *directory,
		       const char *name)
{
	int fd = journal_file_open(directory, name, O_RDONLY), err = 0;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		err = shelf_remove_pins(session, directory, name);
		if (!err)
			err = journal_file_remove(directory, name);
	} else if (errno != EWOULDBLOCK) {
		err = -errno;
	}
	close(fd);
	return err == -ENOENT ? 0 : err;
}

static bool shelf_is_name(const char *name)
{
	return *name && strspn(name, "0123456789") == strlen(name) &&
	       strlen(name) + sizeof(shelves_name) < SHELF_NAME_SIZE;
}

void journal_shelves_sweep(struct cgswap_session *session,
			   const struct journal_directory *directory)
{
	char name[SHELF_NAME_SIZE + NAME_MAX];
	struct dirent *entry;
	DIR *stream;
	int err = 0;

	/* as a rule there is none */
	if (faccessat(directory->fd, shelves_name, F_OK, AT_SYMLINK_NOFOLLOW))
		return;
	stream = fd_opendir(directory->fd, shelves_name);
	if (!stream)
		return;
	while ((entry = readdir(stream))) {
		if (!shelf_is_name(entry->d_name))
			continue;
		snprintf(name, sizeof(name), "%s/%s", shelves_name, entry->d_name);
		err = shelf_sweep(session, directory, name);
		if (err)
			session_log(session, CGSWAP_LOG_WARNING,
				    "'%s/%s' of a process that died cannot be cleared up: %s",
				    directory->path, name, strerror(-err));
	}
	closedir(stream);
	unlinkat(directory->fd, shelves_name, AT_REMOVEDIR);
}
