/* SPDX-License-Identifier: BSD-2-Clause */
/* The public handle of the history, and of the transaction that has not ended. */
#include "journal/history_handle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/errno_error.h"

/* Its memory stays, since getters in other threads may be reading it. */
static void history_shut(struct handle *handle)
{
	(void)handle;
}

static void history_free(struct handle *handle)
{
	struct cgswap_history *history = (struct cgswap_history *)handle;

	for (size_t i = 0; history->transactions && i < history->history.count; i++)
		free(history->transactions[i].changes);
	free(history->transactions);
	journal_history_free(&history->history);
	session_release(history->session, handle);
	free(history);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool change_is_same(const void *item, const void *key)
{
	const struct journal_step *step = ((const struct history_change *)item)->step, *other = key;

	return step->old.id == other->old.id && step->new.id == other->new.id;
}

/* Groups the steps by their programs. */
static int history_read_changes(struct history_transaction *transaction)
{
	const struct journal_record *record = transaction->record;
	struct hash_index index = { .slots = NULL };
	int err = 0;

	transaction->changes = calloc(record->step_count + 1, sizeof(*transaction->changes));
	if (!transaction->changes || hash_index_reserve(&index, record->step_count))
		err = -ENOMEM;
	for (size_t i = 0; i < record->step_count && !err; i++) {
		const struct journal_step *step = &record->steps[i];
		uint64_t hash = hash_number((uint64_t)step->old.id << 32 | step->new.id);
		struct history_change *change = hash_index_find(&index, hash, change_is_same, step);

		if (!change) {
			change = &transaction->changes[transaction->change_count++];
			change->step = step;
			hash_index_add(&index, hash, change);
		}
		change->count++;
	}
	hash_index_free(&index, NULL);
	return err;
}

/* A later transaction took it back. */
static void history_note_undone(struct cgswap_history *history, size_t index)
{
	const struct journal_record *record = history->history.records[index];

	if (!record->aim.undoes || !record->ended || strcmp(record->ended, "done") != 0)
		return;
	for (size_t i = 0; i < index; i++)
		if (history->history.records[i]->id == record->aim.undoes &&
		    strcmp(history->history.records[i]->boot, record->boot) == 0)
			history->transactions[i].undone_by = record->id;
}

static int history_note_held(struct cgswap_history *history, const uint64_t *ids, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < history->history.count && !err; i++) {
		struct history_transaction *transaction = &history->transactions[i];

		for (size_t j = 0; j < count; j++)
			transaction->held |= transaction->of_this_boot &&
					     transaction->record->id == ids[j];
		if (transaction->held)
			err = history_memory(transaction, history->session,
					     transaction->record->pins);
	}
	return err;
}

static int history_describe(struct cgswap_history *history,
			    const struct journal_directory *directory)
{
	struct kernel *kernel = history->session->kernel;
	size_t held, count = history->history.count;
	char boot[128];
	uint64_t *ids;
	int err;

	history->transactions = calloc(count + 1, sizeof(*history->transactions));
	err = history->transactions ? kernel->ops->boot_id(kernel, boot, sizeof(boot)) : -ENOMEM;
	for (size_t i = 0; i < count && !err; i++) {
		struct history_transaction *transaction = &history->transactions[i];

		transaction->record = history->history.records[i];
		transaction->of_this_boot = strcmp(transaction->record->boot, boot) == 0;
		history_note_undone(history, i);
		err = history_read_changes(transaction);
	}
	if (!err)
		err = journal_kept_list(&ids, &held, kernel, directory);
	if (err)
		return err;
	err = history_note_held(history, ids, held);
	free(ids);
	return err;
}

/* Reads the transaction that has not ended. The others are shown also if it is damaged. */
static enum cgswap_status history_read_current(struct journal_record **out,
					       struct cgswap_session *session,
					       const struct journal_directory *directory)
{
	enum cgswap_status status = journal_record_read(out, directory, JOURNAL_CURRENT);

	if (!status || cgswap_error_get_cause(cgswap_last_error()) != CGSWAP_CAUSE_JOURNAL_DAMAGED)
		return status;
	session_log(session, CGSWAP_LOG_WARNING,
		    "the transaction that has not ended is left out: %s",
		    cgswap_error_get_message(cgswap_last_error()));
	error_clear();
	*out = NULL;
	return CGSWAP_OK;
}

/* One that ends meanwhile is in the history by then. */
static enum cgswap_status history_read_records(struct cgswap_history *history,
					       const struct journal_directory *directory)
{
	struct journal_record *current;
	enum cgswap_status status;

	status = history_read_current(&current, history->session, directory);
	if (status)
		return status;
	status = journal_history_read(&history->history, directory);
	if (!status && current)
		return journal_history_take(&history->history, current);
	journal_record_free(current);
	return status;
}

static enum cgswap_status history_read(struct cgswap_history *history)
{
	struct cgswap_session *session = history->session;
	struct journal_directory directory;
	enum cgswap_status status;
	int err;

	status = journal_directory_open(&directory, session->kernel, session->state_dir, false);
	if (!status)
		status = history_read_records(history, &directory);
	if (!status && history->history.damaged)
		session_log(session, CGSWAP_LOG_WARNING,
			    "the history in '%s' has damaged records, which are left out: %zu",
			    directory.path, history->history.damaged);
	if (!status) {
		err = history_describe(history, &directory);
		if (err)
			status = error_from_errno(session->kernel, 0, -err,
						  "the history in '%.400s'{path} cannot be read",
						  directory.path);
	}
	journal_directory_close(&directory);
	return status;
}

static enum cgswap_status history_open(cgswap_history **out, cgswap_session *session)
{
	struct cgswap_history *history;
	enum cgswap_status status;

	if (!out)
		return error_bad_argument("'%s'{option} is NULL", "out");
	if (!session->state_dir)
		return error_bad_argument("the session has no state_dir");
	history = calloc(1, sizeof(*history));
	if (!history)
		return error_no_memory();
	handle_init(&history->handle, history_shut, history_free);
	history->session = session;
	session_adopt(session, &history->handle);
	status = history_read(history);
	if (status)
		cgswap_history_unref(history);
	else
		*out = history;
	return status;
}

enum cgswap_status cgswap_history_open(cgswap_history **out, cgswap_session *session)
{
	enum cgswap_status status;

	if (out)
		*out = NULL;
	status = session_enter(session, "history");
	if (status)
		return status;
	return session_leave(session, history_open(out, session));
}

cgswap_history *cgswap_history_ref(cgswap_history *history)
{
	if (history)
		handle_ref(&history->handle);
	return history;
}

void cgswap_history_unref(cgswap_history *history)
{
	if (history)
		handle_unref(&history->handle);
}

enum cgswap_status cgswap_history_close(cgswap_history *history)
{
	return handle_close(history ? &history->handle : NULL, "close history");
}
