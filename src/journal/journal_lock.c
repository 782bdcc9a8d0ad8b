/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One transaction at a time in a state directory: a lock that the kernel releases when its holder
 * dies. The file says who has it, and which number the last transaction had.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/retry.h"
#include "journal/journal.h"

enum { LOCK_POLL_MS = 10, LOCK_UNNAMED_MAX = 10 };

/* Reads the file; false if it does not say who has the lock. */
static bool lock_read(const struct journal_directory *directory, struct journal_who *who,
		      uint64_t *last_id)
{
	struct journal_line line;
	uint32_t sum = 0;
	size_t length;
	bool known;
	char *text, *end;

	*last_id = 0;
	if (journal_file_read(directory, JOURNAL_LOCK, &text, &length))
		return false;
	/* a process that is killed here leaves the end of a longer line behind the new one */
	end = memchr(text, '\n', length);
	known = end && journal_line_read(&line, text, (size_t)(end - text), &sum) &&
		journal_line_number(&line, "last", UINT64_MAX, last_id) &&
		journal_who_parse(who, &line);
	free(text);
	return known;
}

/* Writes the file; who is NULL when the lock is given back. Returns 0 or a negative errno. */
static int lock_write(const struct journal_directory *directory, const struct journal_who *who)
{
	struct journal_text text = { 0 };
	int err = 0;

	journal_text_begin(&text, "lock");
	journal_text_number(&text, "last", directory->last_id);
	if (who)
		journal_who_write(&text, who);
	journal_text_end(&text);
	if (text.failed)
		err = -ENOMEM;
	if (!err && lseek(directory->lock, 0, SEEK_SET) < 0)
		err = -errno;
	if (!err)
		err = journal_file_write(directory->lock, text.data, text.length);
	if (!err && ftruncate(directory->lock, (off_t)text.length))
		err = -errno;
	journal_text_free(&text);
	return err;
}

/* Returns 0, -EBUSY, or another negative errno; -EAGAIN: the file was removed meanwhile. */
static int lock_attempt(struct journal_directory *directory)
{
	int fd = journal_file_open(directory, JOURNAL_LOCK, O_RDWR | O_CREAT);
	struct stat status;
	int err = 0;

	if (fd < 0)
		return fd;
	if (flock(fd, LOCK_EX | LOCK_NB))
		err = errno == EWOULDBLOCK ? -EBUSY : -errno;
	else if (fstat(fd, &status))
		err = -errno;
	else if (!status.st_nlink)
		err = -EAGAIN;
	if (err)
		close(fd);
	else
		directory->lock = fd;
	return err;
}

/*
 * Finds out who has the lock. Between taking it and writing its name, a process has the name of one
 * that died, or none, in the file; one in another pid namespace looks so for ever.
 */
static bool lock_is_named(const struct journal_directory *directory, struct journal_who *who)
{
	uint64_t last_id;

	who->pid = 0;
	if (!lock_read(directory, who, &last_id))
		who->pid = 0;
	return who->pid && journal_who_is_here(who);
}

enum cgswap_status journal_lock(struct journal_directory *directory, int wait_ms)
{
	static const struct timespec pause = { .tv_nsec = LOCK_POLL_MS * 1000000L };
	struct retry retry = { .time_ms = wait_ms };
	struct journal_who who;
	unsigned unnamed = 0;
	int err;

	while ((err = lock_attempt(directory)) != 0) {
		if (err == -EAGAIN)
			continue;
		if (err != -EBUSY)
			return journal_error_file(directory, JOURNAL_LOCK, -err);
		if (!retry_again(&retry) &&
		    (lock_is_named(directory, &who) || ++unnamed > LOCK_UNNAMED_MAX))
			return journal_error_busy(directory->path, who.pid ? &who : NULL);
		nanosleep(&pause, NULL);
	}
	lock_read(directory, &who, &directory->last_id);
	journal_who_read(&who);
	err = lock_write(directory, &who);
	if (!err)
		return CGSWAP_OK;
	journal_unlock(directory);
	return journal_error_unwritable(directory->kernel, directory->path, -err);
}

/* A process that was forked meanwhile has the descriptor too: closing ours would not end the lock.
 */
void journal_unlock(struct journal_directory *directory)
{
	if (directory->lock < 0)
		return;
	(void)lock_write(directory, NULL);
	flock(directory->lock, LOCK_UN);
	close(directory->lock);
	directory->lock = -1;
}
