/* SPDX-License-Identifier: BSD-2-Clause */
/* The getters of the history. */
#include "base/getter.h"
#include "journal/history_handle.h"

size_t cgswap_history_get_length(const cgswap_history *history)
{
	return history && handle_is_open(&history->handle) ? history->history.count : 0;
}

/* The last one is the first of the list. NULL past the end. */
static const struct history_transaction *history_at(const cgswap_history *history, size_t index)
{
	size_t count = cgswap_history_get_length(history);

	return index < count ? &history->transactions[count - 1 - index] : NULL;
}

static const struct history_change *history_change_at(const cgswap_history *history, size_t index,
						      size_t change)
{
	const struct history_transaction *transaction = history_at(history, index);

	return transaction && change < transaction->change_count ? &transaction->changes[change]
								 : NULL;
}

static const struct journal_constant *history_constant_at(const cgswap_history *history,
							  size_t index, size_t constant)
{
	const struct history_transaction *transaction = history_at(history, index);

	return transaction && constant < transaction->record->constants.count
		       ? &transaction->record->constants.items[constant]
		       : NULL;
}

/* at is history_at(), so `it` is a transaction. */
#define HISTORY_GETTER(result, function, value, none)                                              \
	GETTER(result, function, cgswap_history, history_at, value, none)

HISTORY_GETTER(uint64_t, cgswap_history_get_id, it->record->id, 0)
HISTORY_GETTER(uint32_t, cgswap_history_get_pid, it->record->who.pid, 0)
HISTORY_GETTER(uint32_t, cgswap_history_get_uid, it->record->who.uid, 0)
HISTORY_GETTER(const char *, cgswap_history_get_command, it->record->who.command, "")
HISTORY_GETTER(int64_t, cgswap_history_get_began_at, it->record->who.since, 0)

const char *cgswap_history_get_ended(const cgswap_history *history, size_t index)
{
	const struct history_transaction *transaction = history_at(history, index);

	return transaction && transaction->record->ended ? transaction->record->ended : "";
}

HISTORY_GETTER(size_t, cgswap_history_get_step_count, it->record->step_count, 0)
HISTORY_GETTER(uint64_t, cgswap_history_get_undoes, it->record->aim.undoes, 0)
HISTORY_GETTER(uint64_t, cgswap_history_get_undone_by, it->undone_by, 0)
HISTORY_GETTER(bool, cgswap_history_is_of_this_boot, it->of_this_boot, false)
HISTORY_GETTER(bool, cgswap_history_is_held, it->held, false)
HISTORY_GETTER(uint64_t, cgswap_history_get_memory, it->memory, 0)
HISTORY_GETTER(size_t, cgswap_history_get_change_count, it->change_count, 0)

uint32_t cgswap_history_get_change_old_id(const cgswap_history *history, size_t index,
					  size_t change)
{
	const struct history_change *found = history_change_at(history, index, change);

	return found ? found->step->old.id : 0;
}

const char *cgswap_history_get_change_old_name(const cgswap_history *history, size_t index,
					       size_t change)
{
	const struct history_change *found = history_change_at(history, index, change);

	return found ? found->step->old.name : "";
}

uint32_t cgswap_history_get_change_new_id(const cgswap_history *history, size_t index,
					  size_t change)
{
	const struct history_change *found = history_change_at(history, index, change);

	return found ? found->step->new.id : 0;
}

const char *cgswap_history_get_change_new_name(const cgswap_history *history, size_t index,
					       size_t change)
{
	const struct history_change *found = history_change_at(history, index, change);

	return found ? found->step->new.name : "";
}

size_t cgswap_history_get_change_step_count(const cgswap_history *history, size_t index,
					    size_t change)
{
	const struct history_change *found = history_change_at(history, index, change);

	return found ? found->count : 0;
}

HISTORY_GETTER(size_t, cgswap_history_get_constant_count, it->record->constants.count, 0)

uint32_t cgswap_history_get_constant_program_id(const cgswap_history *history, size_t index,
						size_t constant)
{
	const struct journal_constant *found = history_constant_at(history, index, constant);

	return found ? found->program_id : 0;
}

const char *cgswap_history_get_constant_name(const cgswap_history *history, size_t index,
					     size_t constant)
{
	const struct journal_constant *found = history_constant_at(history, index, constant);

	return found ? found->name : "";
}

const char *cgswap_history_get_constant_value(const cgswap_history *history, size_t index,
					      size_t constant)
{
	const struct journal_constant *found = history_constant_at(history, index, constant);

	return found ? found->value : "";
}
