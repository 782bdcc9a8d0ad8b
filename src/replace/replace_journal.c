/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps the journal of a commit or rollback, if the caller wants one. */
#include "journal/journal.h"

#include <stdlib.h>

#include "base/error.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"

static struct journal_program journal_program_of(const struct program *program)
{
	return (struct journal_program){ program->info.id, program->name, program->tag };
}

static enum cgswap_preorder journal_preorder(const struct cgswap_step *step, uint32_t flags)
{
	if (!step->target.flags_known || step->target.method == STEP_LINK)
		return CGSWAP_PREORDER_DEFAULT;
	return flags & KERNEL_PREORDER ? CGSWAP_PREORDER_YES : CGSWAP_PREORDER_NO;
}

static struct journal_step journal_step_of(const struct cgswap_step *step)
{
	static const enum journal_method methods[] = {
		[STEP_PLAIN] = JOURNAL_PLAIN,
		[STEP_LINK] = JOURNAL_LINK,
		[STEP_OVERWRITE] = JOURNAL_OVERWRITE,
	};
	const struct step_target *target = &step->target;

	return (struct journal_step){
		.cgroup_id = target->chain->cgroup->id,
		.cgroup = target->chain->cgroup->path,
		.type = target->chain->type,
		.method = methods[target->method],
		.link_id = target->link_id,
		.position = target->position_known ? (uint32_t)target->position : UINT32_MAX,
		.old = journal_program_of(target->old),
		.new = journal_program_of(step->new),
		.old_preorder = journal_preorder(step, target->flags_old),
		.new_preorder = journal_preorder(step, target->flags_new),
		.pin = step->asked.pin,
		.pin_was_old = target->pin && target->pin->was_old,
	};
}

static enum cgswap_status journal_write_steps(struct cgswap_replace *replace)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < replace->length && !status; i++) {
		struct cgswap_step *step = replace->steps[i];
		struct journal_step record = journal_step_of(step);

		status = journal_add_step(replace->journal, &record, step->target.old, step->new);
	}
	if (!status)
		status = journal_ready(replace->journal);
	/* those that a rollback takes back */
	for (size_t i = 0; i < replace->length && !status; i++)
		if (replace->steps[i]->result.applied)
			status = journal_note(replace->journal, i, JOURNAL_DONE);
	return status;
}

/* The steps that a rollback takes back are noted as done. */
static enum cgswap_status journal_start(struct cgswap_replace *replace)
{
	struct cgswap_session *session = replace->session;
	struct journal_writer *writer = malloc(sizeof(*writer));
	enum cgswap_status status;

	if (!writer)
		return error_no_memory();
	status = journal_begin(writer, session, session->state_dir, replace->wait_ms);
	if (status) {
		free(writer);
		return status;
	}
	replace->journal = writer;
	status = journal_write_steps(replace);
	return status ? replace_journal_end(replace, status) : CGSWAP_OK;
}

enum cgswap_status replace_journal_begin(struct cgswap_replace *replace)
{
	if (!replace->keeps_journal || !replace->length || replace->journal)
		return CGSWAP_OK;
	return journal_start(replace);
}

void replace_journal_begin_rollback(struct cgswap_replace *replace)
{
	if (!replace->keeps_journal || replace->journal || !replace_is_committed(replace) ||
	    !journal_start(replace))
		return;
	session_log(replace->session, CGSWAP_LOG_WARNING, "the rollback keeps no journal: %s",
		    cgswap_error_get_message(cgswap_last_error()));
	error_clear();
}

/* A recover goes on with a journal whose steps are not all its own, and may undo them. */
static enum cgswap_status journal_note_step(struct cgswap_replace *replace,
					    const struct cgswap_step *step, bool forward)
{
	const size_t *indexes = replace->journal_indexes;

	return journal_note(replace->journal, indexes ? indexes[step->index] : step->index,
			    forward != replace->journal_reversed ? JOURNAL_DONE : JOURNAL_UNDONE);
}

enum cgswap_status replace_journal_done(struct cgswap_replace *replace,
					const struct cgswap_step *step)
{
	return replace->journal ? journal_note_step(replace, step, true) : CGSWAP_OK;
}

void replace_journal_undone(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	struct cgswap_error kept;

	if (!replace->journal || step->result.applied)
		return;
	error_save(&kept);
	journal_note_step(replace, step, false);
	error_restore(&kept);
}

/*
 * Where some steps could not be undone, the journal stays, with its lock: for another rollback, or
 * for a recover when the transaction is closed.
 */
enum cgswap_status replace_journal_end(struct cgswap_replace *replace, enum cgswap_status status)
{
	bool stands = replace_is_committed(replace);
	struct cgswap_error kept;

	if (!replace->journal || replace->journal_indexes || (status == CGSWAP_E_PARTIAL && stands))
		return status;
	error_save(&kept);
	if (replace->journal->is_ready)
		journal_end(replace->journal, stands ? "done" : "undone");
	replace_close_journal(replace);
	error_restore(&kept);
	return status;
}
