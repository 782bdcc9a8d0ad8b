/* SPDX-License-Identifier: BSD-2-Clause */
/* The transactions that ended: their records, one after another, the last ones in a file of their
 * own. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "journal/journal.h"
#include "kernel/errno_error.h"

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

/* ---- reading --------------------------------------------------------------------------------- */

/* Where the record after this one begins, or the end. */
static const char *history_next(const char *text, const char *end)
{
	static const char start[] = "\ntransaction ";
	const char *next = memmem(text, (size_t)(end - text), start, sizeof(start) - 1);

	return next ? next + 1 : end;
}

/* A process that was killed right after it added a record added it again later. */
static bool history_has(const struct journal_history *history, const struct journal_record *record)
{
	for (size_t i = history->count; i > 0; i--) {
		const struct journal_record *other = history->records[i - 1];

		if (other->id == record->id && other->who.pid == record->who.pid &&
		    other->who.since == record->who.since && strcmp(other->boot, record->boot) == 0)
			return true;
		if (other->id < record->id)
			return false;
	}
	return false;
}

static enum cgswap_status history_append(struct journal_history *history, size_t *capacity,
					 struct journal_record *record)
{
	struct journal_record **bigger;

	if (history->count == *capacity) {
		bigger = realloc(history->records,
				 (*capacity ? 2 * *capacity : 64) * sizeof(*bigger));
		if (!bigger) {
			journal_record_free(record);
			return error_no_memory();
		}
		*capacity = *capacity ? 2 * *capacity : 64;
		history->records = bigger;
	}
	history->records[history->count++] = record;
	return CGSWAP_OK;
}

/* A record that is not as it was written is left out. */
static enum cgswap_status history_take(struct journal_history *history, size_t *capacity,
				       const char *text, size_t length, const char *path)
{
	struct journal_record *record;
	enum cgswap_status status;
	char *copy = malloc(length + 1);

	if (!copy)
		return error_no_memory();
	memcpy(copy, text, length);
	copy[length] = '\0';
	status = journal_record_parse(&record, copy, length, path);
	if (status == CGSWAP_E_NO_MEMORY)
		return status;
	if (status) {
		error_clear();
		history->damaged++;
		return CGSWAP_OK;
	}
	if (!history_has(history, record))
		return history_append(history, capacity, record);
	journal_record_free(record);
	return CGSWAP_OK;
}

static enum cgswap_status history_read_file(struct journal_history *history, size_t *capacity,
					    const struct journal_directory *directory,
					    const char *name)
{
	enum cgswap_status status = CGSWAP_OK;
	const char *from, *to;
	size_t length;
	char *text;
	int err = -ENOENT;

	if (directory->fd >= 0)
		err = journal_file_read(directory, name, &text, &length);
	if (err == -ENOENT)
		return CGSWAP_OK;
	if (err)
		return error_from_errno(directory->kernel, 0, -err,
					"the history in '%.400s'{path} cannot be read",
					directory->path);
	length = history_whole_lines(text, length);
	for (from = text; from < text + length && !status; from = to) {
		to = history_next(from, text + length);
		status = history_take(history, capacity, from, (size_t)(to - from),
				      directory->path);
	}
	free(text);
	return status;
}

enum cgswap_status journal_history_read(struct journal_history *out,
					const struct journal_directory *directory)
{
	enum cgswap_status status;
	size_t capacity = 0;

	*out = (struct journal_history){ 0 };
	status = history_read_file(out, &capacity, directory, JOURNAL_HISTORY ".1");
	if (!status)
		status = history_read_file(out, &capacity, directory, JOURNAL_HISTORY);
	if (status)
		journal_history_free(out);
	return status;
}

enum cgswap_status journal_history_take(struct journal_history *history,
					struct journal_record *record)
{
	size_t capacity = history->count;

	if (!history_has(history, record))
		return history_append(history, &capacity, record);
	journal_record_free(record);
	return CGSWAP_OK;
}

void journal_history_free(struct journal_history *history)
{
	for (size_t i = 0; i < history->count; i++)
		journal_record_free(history->records[i]);
	free(history->records);
	*history = (struct journal_history){ 0 };
}
