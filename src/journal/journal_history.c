/* SPDX-License-Identifier: BSD-2-Clause */
/* The transactions that ended: their records, one after another, the last ones in a file of their
 * own. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/journal.h"

enum { HISTORY_SIZE_MAX = 4 << 20 };

/* The length without a last line that is cut. */
static size_t history_whole_lines(const char *text, size_t length)
{
	const char *end = memrchr(text, '\n', length);

	return end ? (size_t)(end + 1 - text) : 0;
}

/* Moves a history that is too long aside; the one before is dropped. */
static void history_rotate(const struct journal_directory *directory)
{
	struct stat status;

	if (fstatat(directory->fd, JOURNAL_HISTORY, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	    status.st_size > HISTORY_SIZE_MAX)
		journal_file_rename(directory, JOURNAL_HISTORY, JOURNAL_HISTORY ".1");
}

int journal_history_add(const struct journal_directory *directory, const char *name)
{
	size_t length;
	char *text;
	int err, fd;

	err = journal_file_read(directory, name, &text, &length);
	if (err)
		return err;
	history_rotate(directory);
	fd = journal_file_open(directory, JOURNAL_HISTORY, O_WRONLY | O_CREAT | O_APPEND);
	err = fd < 0 ? fd : journal_file_write(fd, text, history_whole_lines(text, length));
	if (fd >= 0)
		close(fd);
	free(text);
	return err;
}
