/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transactions that ended. One is held for an undo by a file with its record, and by the pins of
 * its old programs; any other leaves nothing but its record in the history.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fd.h"
#include "base/number.h"
#include "base/text.h"
#include "journal/journal.h"
#include "kernel/errno_error.h"

static const char kept_prefix[] = "kept.";

enum { KEPT_NAME_SIZE = 32, KEPT_HEAD_SIZE = 8192 };

static const char *kept_name(char name[KEPT_NAME_SIZE], uint64_t id)
{
	snprintf(name, KEPT_NAME_SIZE, "%s%llu", kept_prefix, (unsigned long long)id);
	return name;
}

/* ---- clearing up ----------------------------------------------------------------------------- */

enum cgswap_status journal_discard(struct cgswap_session *session,
				   const struct journal_directory *directory, const char *name,
				   const char *pins)
{
	int err = journal_pins_remove(session, pins);

	if (error_is_exhaustion(err))
		return error_from_errno(session->kernel, 0, -err,
					"the pins in '%.400s'{path} cannot be removed", pins);
	if (err)
		return error_set(CGSWAP_CAUSE_PIN_FAILED, -err,
				 "the pins in '%.400s'{path} cannot be removed: %s", pins,
				 cgswap_errno_get_name(-err));
	err = journal_file_remove(directory, name);
	if (err && err != -ENOENT)
		return journal_error_unwritable(session->kernel, directory->path, -err);
	return CGSWAP_OK;
}

/* ---- the list -------------------------------------------------------------------------------- */

/* Reads the beginning of a file. Returns its length, or a negative errno. */
static ssize_t kept_read_beginning(const struct journal_directory *directory, const char *name,
				   char *text, size_t size)
{
	int fd = journal_file_open(directory, name, O_RDONLY);
	ssize_t length;

	if (fd < 0)
		return fd;
	do
		length = read(fd, text, size);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		length = -errno;
	close(fd);
	return length;
}

/* Reads the first line of a record. Returns 0 or a negative errno; *out is NULL for a damaged one.
 */
static int kept_read_head(struct journal_record **out, const struct journal_directory *directory,
			  uint64_t id)
{
	char name[KEPT_NAME_SIZE], *text = malloc(KEPT_HEAD_SIZE), *end;
	ssize_t length = -ENOMEM;

	*out = NULL;
	if (text)
		length = kept_read_beginning(directory, kept_name(name, id), text, KEPT_HEAD_SIZE);
	end = length > 0 ? memchr(text, '\n', (size_t)length) : NULL;
	if (!end) {
		free(text);
		return length < 0 ? (int)length : 0;
	}
	if (journal_record_parse(out, text, (size_t)(end + 1 - text), name) == CGSWAP_E_NO_MEMORY)
		return -ENOMEM;
	return 0;
}

static int kept_compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Those of all boots, ascending. */
static int kept_list_all(uint64_t **ids, size_t *count, const struct journal_directory *directory)
{
	size_t capacity = 0, skip = sizeof(kept_prefix) - 1;
	struct dirent *entry;
	uint64_t id, *bigger;
	DIR *stream;
	int err = 0;

	*ids = NULL;
	*count = 0;
	if (directory->fd < 0)
		return 0;
	stream = fd_opendir(directory->fd, ".");
	if (!stream)
		return -errno;
	while (!err && (entry = readdir(stream))) {
		if (strncmp(entry->d_name, kept_prefix, skip) ||
		    !number_parse(entry->d_name + skip, UINT64_MAX, &id))
			continue;
		if (*count == capacity) {
			capacity = capacity ? 2 * capacity : 16;
			bigger = realloc(*ids, capacity * sizeof(**ids));
			err = bigger ? 0 : -ENOMEM;
			*ids = bigger ? bigger : *ids;
		}
		if (!err)
			(*ids)[(*count)++] = id;
	}
	closedir(stream);
	if (err) {
		free(*ids);
		*ids = NULL;
		*count = 0;
	} else if (*count) {
		qsort(*ids, *count, sizeof(**ids), kept_compare);
	}
	return err;
}

uint64_t journal_kept_newest(const struct journal_directory *directory)
{
	uint64_t *ids, newest;
	size_t count;

	if (kept_list_all(&ids, &count, directory) || !count)
		return 0;
	newest = ids[count - 1];
	free(ids);
	return newest;
}

int journal_kept_list(uint64_t **ids, size_t *count, struct kernel *kernel,
		      const struct journal_directory *directory)
{
	char boot[128];
	size_t all;
	int err = kernel->ops->boot_id(kernel, boot, sizeof(boot));

	*ids = NULL;
	*count = 0;
	if (!err)
		err = kept_list_all(ids, &all, directory);
	for (size_t i = 0; !err && i < all; i++) {
		struct journal_record *head;

		err = kept_read_head(&head, directory, (*ids)[i]);
		if (err == -ENOENT)
			err = 0;
		else if (head && strcmp(head->boot, boot) == 0)
			(*ids)[(*count)++] = (*ids)[i];
		journal_record_free(head);
	}
	if (err) {
		free(*ids);
		*ids = NULL;
		*count = 0;
	}
	return err;
}

enum cgswap_status journal_kept_read(struct journal_record **out,
				     const struct journal_directory *directory, uint64_t id)
{
	struct kernel *kernel = directory->kernel;
	enum cgswap_status status;
	char name[KEPT_NAME_SIZE];
	bool other_boot = false;
	uint64_t *ids;
	size_t count;
	int err;

	*out = NULL;
	if (!id) {
		err = journal_kept_list(&ids, &count, kernel, directory);
		if (err)
			return journal_error_unreadable(kernel, directory->path, -err);
		id = count ? ids[count - 1] : 0;
		free(ids);
	}
	if (!id)
		return journal_error_not_held(directory, 0, false);
	status = journal_record_read(out, directory, kept_name(name, id));
	if (!status && *out)
		status = journal_is_of_other_boot(&other_boot, kernel, *out);
	if (!status && *out && !other_boot)
		return CGSWAP_OK;
	journal_record_free(*out);
	*out = NULL;
	return status ? status : journal_error_not_held(directory, id, other_boot);
}

/* ---- letting go ------------------------------------------------------------------------------ */

/* Only its first line tells which of the directories in the bpffs has its pins. */
static enum cgswap_status kept_error_damaged(const struct journal_directory *directory, uint64_t id)
{
	char name[KEPT_NAME_SIZE], path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", directory->path, kept_name(name, id));
	journal_error_damaged(path, 0, "was changed, and does not tell where its pins are");
	error_remedy("remove its pins, in 'cgswap_transaction_%llu_*' in the bpffs, and then '%s'",
		     (unsigned long long)id, name);
	return CGSWAP_E_SYSTEM;
}

enum cgswap_status journal_kept_check_pins(struct cgswap_session *session,
					   const struct journal_directory *directory,
					   const struct journal_record *record)
{
	char name[KEPT_NAME_SIZE];

	return journal_pins_check(session, directory, kept_name(name, record->id), record);
}

enum cgswap_status journal_kept_forget(bool *was_there, struct cgswap_session *session,
				       const struct journal_directory *directory, uint64_t id)
{
	struct journal_record *head;
	enum cgswap_status status;
	char name[KEPT_NAME_SIZE];
	int err = directory->fd < 0 ? -ENOENT : kept_read_head(&head, directory, id);

	*was_there = !err;
	if (err == -ENOENT)
		return CGSWAP_OK;
	if (err)
		return journal_error_unreadable(session->kernel, directory->path, -err);
	if (!head)
		return kept_error_damaged(directory, id);
	status = journal_pins_check(session, directory, kept_name(name, id), head);
	if (!status)
		status = journal_discard(session, directory, kept_name(name, id), head->pins);
	journal_record_free(head);
	return status;
}

static void kept_log_stays(struct cgswap_session *session, const char *which)
{
	session_log(session, CGSWAP_LOG_WARNING, "%s cannot be let go: %s", which,
		    cgswap_error_get_message(cgswap_last_error()));
	error_clear();
}

/* held: it could be undone, and is the oldest beyond the limit. */
static void kept_trim_one(struct cgswap_session *session, const struct journal_directory *directory,
			  uint64_t id, bool held, uint32_t keep)
{
	char which[64];
	bool was_there;

	snprintf(which, sizeof(which), "transaction %llu, which is held for an undo,",
		 (unsigned long long)id);
	if (journal_kept_forget(&was_there, session, directory, id))
		kept_log_stays(session, which);
	else if (held)
		session_log(session, CGSWAP_LOG_WARNING,
			    "the old programs of transaction %llu are held no longer: "
			    "at most %u transaction%s may be held",
			    (unsigned long long)id, keep, keep == 1 ? "" : "s");
}

/*
 * Lets those of other boots go, and the oldest that are beyond the limit; 0: there is none. The
 * next transaction tries again with what stays.
 */
static void kept_trim(struct cgswap_session *session, const struct journal_directory *directory,
		      uint32_t keep)
{
	uint64_t *all = NULL, *ids = NULL;
	size_t total, count = 0;
	int err = kept_list_all(&all, &total, directory);

	/* there are none on most hosts */
	if (!err && total)
		err = journal_kept_list(&ids, &count, session->kernel, directory);
	if (err) {
		journal_error_unreadable(session->kernel, directory->path, -err);
		kept_log_stays(session, "transactions that are held for an undo");
		total = 0;
	}
	for (size_t i = 0; i < total; i++) {
		bool held = bsearch(&all[i], ids, count, sizeof(*ids), kept_compare) != NULL;

		if (!held || (keep && count > keep && all[i] < ids[count - keep]))
			kept_trim_one(session, directory, all[i], held, keep);
	}
	free(all);
	free(ids);
}

/* ---- holding --------------------------------------------------------------------------------- */

static int kept_compare_numbers(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

static bool kept_has(const uint32_t *sorted, size_t count, uint32_t id)
{
	return bsearch(&id, sorted, count, sizeof(*sorted), kept_compare_numbers);
}

/* The old programs and the maps that are pinned with them, each list ascending. */
struct kept_olds {
	uint32_t *programs, *maps;
	size_t program_count, map_count;
};

static int kept_olds_find(struct kept_olds *out, const struct journal_record *record)
{
	*out = (struct kept_olds){
		.programs = calloc(record->step_count + 1, sizeof(*out->programs)),
		.maps = calloc(record->map_count + 1, sizeof(*out->maps)),
	};
	if (!out->programs || !out->maps)
		return -ENOMEM;
	for (size_t i = 0; i < record->step_count; i++)
		out->programs[out->program_count++] = record->steps[i].old.id;
	qsort(out->programs, out->program_count, sizeof(*out->programs), kept_compare_numbers);
	for (size_t i = 0; i < record->map_count; i++)
		if (kept_has(out->programs, out->program_count, record->maps[i].program_id))
			out->maps[out->map_count++] = record->maps[i].id;
	qsort(out->maps, out->map_count, sizeof(*out->maps), kept_compare_numbers);
	return 0;
}

/* The old programs stay pinned, and the maps pinned with them; the new ones are attached. */
static int kept_unpin_new(struct cgswap_session *session, const struct journal_record *record)
{
	struct kept_olds olds;
	int err = kept_olds_find(&olds, record);

	for (size_t i = 0; i < record->step_count && !err; i++)
		if (!kept_has(olds.programs, olds.program_count, record->steps[i].new.id))
			err = journal_unpin(session, record->pins, 'p', record->steps[i].new.id);
	for (size_t i = 0; i < record->map_count && !err; i++)
		if (!kept_has(olds.maps, olds.map_count, record->maps[i].id))
			err = journal_unpin(session, record->pins, 'm', record->maps[i].id);
	free(olds.programs);
	free(olds.maps);
	return err;
}

static enum cgswap_status kept_hold(struct cgswap_session *session,
				    const struct journal_directory *directory,
				    const struct journal_ending *ending)
{
	struct journal_record *record;
	enum cgswap_status status;
	char name[KEPT_NAME_SIZE];
	int err = 0;

	status = journal_record_read(&record, directory, JOURNAL_CURRENT);
	if (status)
		return status;
	if (record)
		err = kept_unpin_new(session, record);
	journal_record_free(record);
	if (err)
		return error_from_errno(session->kernel, 0, -err,
					"the pins in '%.400s'{path} cannot be removed",
					ending->pins);
	err = journal_file_rename(directory, JOURNAL_CURRENT, kept_name(name, ending->id));
	if (err)
		return journal_error_unwritable(session->kernel, directory->path, -err);
	return CGSWAP_OK;
}

enum cgswap_status journal_retire(struct cgswap_session *session,
				  const struct journal_directory *directory,
				  const struct journal_ending *ending)
{
	uint32_t keep = ending->done ? ending->aim.keep : 0;
	enum cgswap_status status = CGSWAP_OK;
	bool was_there;

	if (ending->done && ending->aim.undoes)
		status = journal_kept_forget(&was_there, session, directory, ending->aim.undoes);
	if (status)
		return status;
	if (keep)
		status = kept_hold(session, directory, ending);
	else
		status = journal_discard(session, directory, JOURNAL_CURRENT, ending->pins);
	if (!status)
		kept_trim(session, directory, keep);
	return status;
}
