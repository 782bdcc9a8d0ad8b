/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The constants of an old program that cgswap loaded itself, as the history has them: those that it
 * set, and those that no loader has set. A program is known by its id in this boot, and its tag.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "replace/replace.h"

struct recorded_programs {
	struct journal_history history;
	char boot[128];
	/* the program that was asked for last, and the transaction that loaded it; NULL: unknown */
	uint32_t program_id;
	const struct journal_record *by;
};

void replace_free_recorded(struct recorded_programs *recorded)
{
	if (recorded)
		journal_history_free(&recorded->history);
	free(recorded);
}

/* A history that cannot be read knows nothing. */
static struct recorded_programs *recorded_read(struct cgswap_session *session)
{
	struct recorded_programs *recorded = calloc(1, sizeof(*recorded));
	struct kernel *kernel = session->kernel;
	struct journal_directory directory;
	enum cgswap_status status;

	if (!recorded || !session->state_dir)
		return recorded;
	if (kernel->ops->boot_id(kernel, recorded->boot, sizeof(recorded->boot)))
		return recorded;
	status = journal_directory_open(&directory, kernel, session->state_dir, false);
	if (!status)
		status = journal_history_read(&recorded->history, &directory);
	if (status) {
		session_log(session, CGSWAP_LOG_WARNING,
			    "the history does not tell which constants were set: %s",
			    cgswap_error_get_message(cgswap_last_error()));
		error_clear();
	}
	journal_directory_close(&directory);
	return recorded;
}

static bool recorded_has(const struct journal_record *record, const struct program *program)
{
	for (size_t i = 0; i < record->loaded_count; i++)
		if (record->loaded[i].program_id == program->info.id &&
		    strcmp(record->loaded[i].tag, program->tag) == 0)
			return true;
	return false;
}

static const struct journal_record *recorded_find(struct recorded_programs *recorded,
						  const struct program *program)
{
	const struct journal_history *history = &recorded->history;

	if (recorded->program_id == program->info.id)
		return recorded->by;
	recorded->program_id = program->info.id;
	recorded->by = NULL;
	for (size_t i = history->count; i > 0 && !recorded->by; i--)
		if (strcmp(history->records[i - 1]->boot, recorded->boot) == 0 &&
		    recorded_has(history->records[i - 1], program))
			recorded->by = history->records[i - 1];
	return recorded->by;
}

static bool recorded_names(const struct journal_constants *constants, const struct program *program,
			   const char *name)
{
	for (size_t i = 0; i < constants->count; i++)
		if (constants->items[i].program_id == program->info.id &&
		    strcmp(constants->items[i].name, name) == 0)
			return true;
	return false;
}

enum constant_origin replace_recorded_origin(const struct program *old, const char *constant,
					     void *user)
{
	struct cgswap_replace *replace = user;
	const struct journal_record *record;

	if (!replace->recorded)
		replace->recorded = recorded_read(replace->session);
	record = replace->recorded ? recorded_find(replace->recorded, old) : NULL;
	if (!record)
		return CONSTANT_ORIGIN_UNKNOWN;
	if (recorded_names(&record->constants, old, constant))
		return CONSTANT_ORIGIN_SET;
	return recorded_names(&record->carried, old, constant) ? CONSTANT_ORIGIN_UNKNOWN
							       : CONSTANT_ORIGIN_FILE;
}
