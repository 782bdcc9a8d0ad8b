/* SPDX-License-Identifier: BSD-2-Clause */
/* The public handle of a record. */
#include "journal/journal_handle.h"

#include <stdlib.h>

#include "base/error.h"

/* Its memory stays, since getters in other threads may be reading it. */
static void journal_shut(struct handle *handle)
{
	(void)handle;
}

static void journal_free(struct handle *handle)
{
	struct cgswap_journal *journal = (struct cgswap_journal *)handle;

	journal_record_free(journal->record);
	free(journal->found);
	session_release(journal->session, handle);
	free(journal);
}

enum cgswap_status journal_handle_new(cgswap_journal **out, struct cgswap_session *session,
				      struct journal_record *record)
{
	struct cgswap_journal *journal = calloc(1, sizeof(*journal));
	size_t count = record ? record->step_count : 0;

	if (journal)
		journal->found = calloc(count + 1, sizeof(*journal->found));
	if (!journal || !journal->found) {
		free(journal);
		journal_record_free(record);
		return error_no_memory();
	}
	handle_init(&journal->handle, journal_shut, journal_free);
	journal->session = session;
	journal->record = record;
	session_adopt(session, &journal->handle);
	*out = journal;
	return CGSWAP_OK;
}

cgswap_journal *cgswap_journal_ref(cgswap_journal *journal)
{
	if (journal)
		handle_ref(&journal->handle);
	return journal;
}

void cgswap_journal_unref(cgswap_journal *journal)
{
	if (journal)
		handle_unref(&journal->handle);
}

enum cgswap_status cgswap_journal_close(cgswap_journal *journal)
{
	return handle_close(journal ? &journal->handle : NULL, "close journal");
}

/* ---- getters --------------------------------------------------------------------------------- */

static const struct journal_record *journal_of(const cgswap_journal *journal)
{
	return journal && handle_is_open(&journal->handle) ? journal->record : NULL;
}

static const struct journal_step *journal_step_at(const cgswap_journal *journal, size_t index)
{
	const struct journal_record *record = journal_of(journal);

	return record && index < record->step_count ? &record->steps[index] : NULL;
}

uint64_t cgswap_journal_get_id(const cgswap_journal *journal)
{
	const struct journal_record *record = journal_of(journal);

	return record ? record->id : 0;
}

uint32_t cgswap_journal_get_pid(const cgswap_journal *journal)
{
	const struct journal_record *record = journal_of(journal);

	return record ? record->who.pid : 0;
}

uint32_t cgswap_journal_get_uid(const cgswap_journal *journal)
{
	const struct journal_record *record = journal_of(journal);

	return record ? record->who.uid : 0;
}

const char *cgswap_journal_get_command(const cgswap_journal *journal)
{
	const struct journal_record *record = journal_of(journal);

	return record ? record->who.command : "";
}

int64_t cgswap_journal_get_began_at(const cgswap_journal *journal)
{
	const struct journal_record *record = journal_of(journal);

	return record ? record->who.since : 0;
}

const char *cgswap_journal_get_ended(const cgswap_journal *journal)
{
	const struct journal_record *record = journal_of(journal);

	return record && record->ended ? record->ended : "";
}

size_t cgswap_journal_get_length(const cgswap_journal *journal)
{
	const struct journal_record *record = journal_of(journal);

	return record ? record->step_count : 0;
}

const char *cgswap_journal_get_step_cgroup(const cgswap_journal *journal, size_t index)
{
	const struct journal_step *step = journal_step_at(journal, index);

	return step ? step->cgroup : "";
}

uint64_t cgswap_journal_get_step_cgroup_id(const cgswap_journal *journal, size_t index)
{
	const struct journal_step *step = journal_step_at(journal, index);

	return step ? step->cgroup_id : 0;
}

const char *cgswap_journal_get_step_attach_type(const cgswap_journal *journal, size_t index)
{
	const struct journal_step *step = journal_step_at(journal, index);

	return step ? step->type->name : "";
}

uint32_t cgswap_journal_get_step_link_id(const cgswap_journal *journal, size_t index)
{
	const struct journal_step *step = journal_step_at(journal, index);

	return step ? step->link_id : 0;
}

uint32_t cgswap_journal_get_step_old_id(const cgswap_journal *journal, size_t index)
{
	const struct journal_step *step = journal_step_at(journal, index);

	return step ? step->old.id : 0;
}

const char *cgswap_journal_get_step_old_name(const cgswap_journal *journal, size_t index)
{
	const struct journal_step *step = journal_step_at(journal, index);

	return step ? step->old.name : "";
}

uint32_t cgswap_journal_get_step_new_id(const cgswap_journal *journal, size_t index)
{
	const struct journal_step *step = journal_step_at(journal, index);

	return step ? step->new.id : 0;
}

const char *cgswap_journal_get_step_new_name(const cgswap_journal *journal, size_t index)
{
	const struct journal_step *step = journal_step_at(journal, index);

	return step ? step->new.name : "";
}

const char *cgswap_journal_get_step_pin(const cgswap_journal *journal, size_t index)
{
	const struct journal_step *step = journal_step_at(journal, index);

	return step && step->pin ? step->pin : "";
}

enum cgswap_entry_state cgswap_journal_get_step_state(const cgswap_journal *journal, size_t index)
{
	return journal_step_at(journal, index) ? journal->found[index] : 0;
}
