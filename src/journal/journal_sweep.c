/* SPDX-License-Identifier: BSD-2-Clause */
/* Clears up what a killed process left unfinished, as far as that needs no decision. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "journal/journal.h"
#include "kernel/errno_error.h"

/* Its first line was written before the pins were made. */
static enum cgswap_status sweep_new(struct cgswap_session *session,
				    const struct journal_directory *directory)
{
	struct journal_record *record = NULL;
	enum cgswap_status status;
	size_t length;
	char *text, *end;
	int err = journal_file_read(directory, JOURNAL_NEW, &text, &length);

	if (err == -ENOENT)
		return CGSWAP_OK;
	if (err)
		return journal_error_file(directory, JOURNAL_NEW, -err);
	end = memchr(text, '\n', length);
	if (!end) {
		free(text);
		return journal_discard(session, directory, JOURNAL_NEW, "");
	}
	status = journal_record_parse(&record, text, (size_t)(end + 1 - text), directory->path);
	if (status == CGSWAP_E_NO_MEMORY)
		return status;
	if (status)
		error_clear();
	status = journal_discard(session, directory, JOURNAL_NEW, record ? record->pins : "");
	journal_record_free(record);
	return status;
}

/* A journal that ended goes to the history, unless it did already. */
static enum cgswap_status sweep_ended(struct cgswap_session *session,
				      const struct journal_directory *directory,
				      const struct journal_record *record)
{
	const struct journal_ending ending = {
		.id = record->id,
		.pins = record->pins,
		.aim = record->aim,
		.done = record->ended && strcmp(record->ended, "done") == 0,
	};

	if (journal_history_add(directory, JOURNAL_CURRENT))
		session_log(session, CGSWAP_LOG_WARNING,
			    "transaction %llu could not be added to the history in '%s'",
			    (unsigned long long)record->id, directory->path);
	return journal_retire(session, directory, &ending);
}

enum cgswap_status journal_sweep(struct journal_record **out, struct cgswap_session *session,
				 const struct journal_directory *directory)
{
	struct journal_record *record;
	char path[PATH_MAX];
	enum cgswap_status status;
	bool other_boot = false;

	*out = NULL;
	journal_shelves_sweep(session, directory);
	status = sweep_new(session, directory);
	if (!status)
		status = journal_record_read(&record, directory, JOURNAL_CURRENT);
	if (status || !record)
		return status;
	snprintf(path, sizeof(path), "%s/%s", directory->path, JOURNAL_CURRENT);
	if (!record->is_complete)
		status = journal_error_damaged(path, 0, "ends before its last step");
	else
		status = journal_is_of_other_boot(&other_boot, session->kernel, record);
	if (!status && !record->ended && !other_boot) {
		*out = record;
		return CGSWAP_OK;
	}
	if (!status && !record->ended)
		session_log(session, CGSWAP_LOG_WARNING,
			    "transaction %llu was not finished when the machine was shut down",
			    (unsigned long long)record->id);
	if (!status)
		status = sweep_ended(session, directory, record);
	journal_record_free(record);
	return status;
}
