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
	if (journal_history_add(directory, JOURNAL_CURRENT))
		session_log(session, CGSWAP_LOG_WARNING,
			    "transaction %llu could not be added to the history in '%s'",
			    (unsigned long long)record->id, directory->path);
	return journal_discard(session, directory, JOURNAL_CURRENT, record->pins);
}

enum cgswap_status journal_sweep(struct journal_record **out, struct cgswap_session *session,
				 const struct journal_directory *directory)
{
	struct journal_record *record;
	char path[PATH_MAX];
	enum cgswap_status status;
	bool other_boot = false;

	*out = NULL;
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
