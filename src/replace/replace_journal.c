/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps the journal of a commit or rollback, if the caller wants one. */
#include "journal/journal.h"

#include <errno.h>

#include "base/error.h"
#include "replace/replace.h"
#include "replace/replace_errors.h"

/* ---- entries of an unfinished transaction ------------------------------------------------------
 */

static bool journal_has_entry(const struct journal_record *record, const struct cgswap_step *step)
{
	const struct step_target *target = &step->target;

	for (size_t i = 0; i < record->step_count; i++) {
		const struct journal_step *other = &record->steps[i];

		if (other->cgroup_id == target->chain->cgroup->id &&
		    other->type == target->chain->type && other->link_id == target->link_id &&
		    (other->old.id == target->old->info.id ||
		     other->new.id == target->old->info.id))
			return true;
	}
	return false;
}

/* A step of a transaction without a journal goes on, and may leave less for a recover to do. */
void replace_journal_warn(struct cgswap_replace *replace, const struct cgswap_step *step)
{
	struct cgswap_session *session = replace->session;
	struct journal_record *record = NULL;
	struct journal_directory directory;
	enum cgswap_status status;

	/* one system call without a state directory, and a few where nothing is unfinished */
	if (!session->state_dir || replace->journal || !session_has_log(session))
		return;
	status = journal_directory_open(&directory, session->kernel, session->state_dir, false);
	if (!status && directory.fd >= 0)
		status = journal_record_read(&record, &directory, JOURNAL_CURRENT);
	if (status)
		error_clear();
	if (record && !record->ended && journal_has_entry(record, step))
		session_log(session, CGSWAP_LOG_WARNING,
			    "'%s' in %s of '%s' is an entry of transaction %llu, which process %u "
			    "has not finished",
			    step->asked.selector, step->target.chain->type->short_name,
			    step->target.chain->cgroup->path, (unsigned long long)record->id,
			    record->who.pid);
	journal_record_free(record);
	journal_directory_close(&directory);
}

/* ---- the journal of a transaction ------------------------------------------------------------ */

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

/* A recover runs in another process, perhaps in another directory. */
static enum cgswap_status journal_check_paths(const struct cgswap_step *step)
{
	const char *cgroup = step->target.chain->cgroup->path;

	if (*cgroup != '/') {
		error_set(CGSWAP_CAUSE_JOURNAL_UNWRITABLE, ENOENT,
			  "the path of '%s'{cgroup} is unknown, and a journal needs it", cgroup);
		error_remedy("mount procfs at /proc");
		return CGSWAP_E_SYSTEM;
	}
	if (!step->asked.pin || *step->asked.pin == '/')
		return CGSWAP_OK;
	return error_bad_argument("'%.400s'{pin} is relative; a transaction with a journal needs "
				  "an absolute path",
				  step->asked.pin);
}

static enum cgswap_status journal_add_steps(struct cgswap_replace *replace, size_t from)
{
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = from; i < replace->length && !status; i++) {
		struct cgswap_step *step = replace->steps[i];
		struct journal_step record = journal_step_of(step);

		status = journal_check_paths(step);
		if (!status)
			status = journal_add_step(replace->journal, &record, step->target.old,
						  step->new);
		if (!status && step->constants && !step->constants->compared)
			status = journal_add_loaded(replace->journal, step->new, step->constants);
	}
	return status;
}

static enum cgswap_status journal_write_steps(struct cgswap_replace *replace)
{
	enum cgswap_status status = journal_add_steps(replace, 0);

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
	enum cgswap_status status = CGSWAP_OK;

	if (!replace->journal)
		status = replace_open_journal(replace);
	if (status)
		return status;
	replace->id = replace->journal->id;
	replace->id_due = false;
	status = journal_write_steps(replace);
	if (!status)
		return CGSWAP_OK;
	replace_remedy_no_journal(replace);
	return replace_journal_end(replace, status);
}

enum cgswap_status replace_journal_begin(struct cgswap_replace *replace)
{
	if (replace->keeps_journal && replace->length)
		return journal_start(replace);
	replace->id_due = true;
	return CGSWAP_OK;
}

enum cgswap_status replace_journal_grow(struct cgswap_replace *replace, size_t from)
{
	enum cgswap_status status;

	if (!replace->journal)
		return CGSWAP_OK;
	status = journal_add_steps(replace, from);
	return status ? status : journal_grow(replace->journal);
}

void replace_journal_begin_rollback(struct cgswap_replace *replace)
{
	/* one that is left from a rollback before it */
	if (replace->journal && replace->journal->is_ready)
		return;
	if (!replace_is_committed(replace))
		return;
	replace->id_due = true;
	if (!replace->keeps_journal || !journal_start(replace))
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
 * for a recover when the transaction is closed. Where only pins are left, a rollback has no step to
 * undo, and the journal is left for a recover at once.
 */
enum cgswap_status replace_journal_end(struct cgswap_replace *replace, enum cgswap_status status)
{
	bool stands = replace_is_committed(replace), pins_left = replace->pins_left;
	struct cgswap_error kept;

	replace->pins_left = false;

	if (!replace->journal || replace->journal_indexes || (status == CGSWAP_E_PARTIAL && stands))
		return status;
	error_save(&kept);
	if (replace->journal->is_ready && !pins_left)
		journal_end(replace->journal, stands ? "done" : "undone");
	replace_close_journal(replace);
	error_restore(&kept);
	return status;
}
