/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transactions that ended. One is held for an undo by a file with its record, and by the pins of
 * its old programs; any other leaves nothing but its record in the history.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

enum cgswap_status journal_is_of_other_boot(bool *out, struct kernel *kernel,
					    const struct journal_record *record)
{
	char boot[JOURNAL_BOOT_SIZE];
	enum cgswap_status status = journal_read_boot(boot, kernel);

	*out = !status && strcmp(boot, record->boot) != 0;
	return status;
}

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

/* Reads the first line of a record. Returns 0 or a negative errno; *out is NULL for a damaged one.
 */
static int kept_read_head(struct journal_record **out, const struct journal_directory *directory,
			  uint64_t id)
{
	char name[KEPT_NAME_SIZE], *text = malloc(KEPT_HEAD_SIZE + 1), *end;
	int fd = text ? journal_file_open(directory, kept_name(name, id), O_RDONLY) : -ENOMEM;
	ssize_t length;

	*out = NULL;
	if (fd < 0) {
		free(text);
		return fd;
	}
	length = read(fd, text, KEPT_HEAD_SIZE);
	close(fd);
	end = length > 0 ? memchr(text, '\n', (size_t)length) : NULL;
	if (!end) {
		free(text);
		return 0;
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
			return error_from_errno(kernel, 0, -err, "'%.400s'{path} cannot be read",
						directory->path);
		id = count ? ids[count - 1] : 0;
		free(ids);
	}
	if (!id)
		return journal_error_not_held(directory->path, 0, false);
	status = journal_record_read(out, directory, kept_name(name, id));
	if (!status && *out)
		status = journal_is_of_other_boot(&other_boot, kernel, *out);
	if (!status && *out && !other_boot)
		return CGSWAP_OK;
	journal_record_free(*out);
	*out = NULL;
	return status ? status : journal_error_not_held(directory->path, id, other_boot);
}

/* ---- letting go ------------------------------------------------------------------------------ */

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
		return error_from_errno(session->kernel, 0, -err, "'%.400s'{path} cannot be read",
					directory->path);
	status = journal_discard(session, directory, kept_name(name, id), head ? head->pins : "");
	journal_record_free(head);
	return status;
}

/* Lets the oldest go that are beyond the limit, and those of other boots. */
static enum cgswap_status kept_trim(struct cgswap_session *session,
				    const struct journal_directory *directory, uint32_t keep)
{
	enum cgswap_status status = CGSWAP_OK;
	uint64_t *all, *ids;
	size_t total, count;
	bool was_there;
	int err;

	err = kept_list_all(&all, &total, directory);
	if (!err) {
		err = journal_kept_list(&ids, &count, session->kernel, directory);
		if (err)
			free(all);
	}
	if (err)
		return error_from_errno(session->kernel, 0, -err, "'%.400s'{path} cannot be read",
					directory->path);
	for (size_t i = 0; i < total && !status; i++) {
		bool held = bsearch(&all[i], ids, count, sizeof(*ids), kept_compare) != NULL;

		if (held && (count <= keep || all[i] >= ids[count - keep]))
			continue;
		status = journal_kept_forget(&was_there, session, directory, all[i]);
		if (!status && held)
			session_log(session, CGSWAP_LOG_WARNING,
				    "the old programs of transaction %llu are held no longer: "
				    "at most %u transaction%s may be held",
				    (unsigned long long)all[i], keep, keep == 1 ? "" : "s");
	}
	free(all);
	free(ids);
	return status;
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
	return kept_trim(session, directory, ending->aim.keep);
}

enum cgswap_status journal_retire(struct cgswap_session *session,
				  const struct journal_directory *directory,
				  const struct journal_ending *ending)
{
	enum cgswap_status status = CGSWAP_OK;
	bool was_there;

	if (ending->done && ending->aim.undoes)
		status = journal_kept_forget(&was_there, session, directory, ending->aim.undoes);
	if (status)
		return status;
	if (ending->done && ending->aim.keep)
		return kept_hold(session, directory, ending);
	return journal_discard(session, directory, JOURNAL_CURRENT, ending->pins);
}
