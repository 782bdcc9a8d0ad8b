/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes back a transaction that ended. */
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/opts.h"
#include "replace/replace_errors.h"
#include "replace/replace_undo.h"

/* The programs of the steps that are written; those of the commit are opened by themselves. */
enum { UNDO_OPEN = 8 };

struct undo {
	struct recovery
		of; /* the transaction that is taken back; its writer has pins and id only */
	struct recovery by;            /* the one that takes it back, forward */
	struct program_table programs; /* those of by's journal */
	struct program_shelf shelf;    /* for them */
	size_t *indexes;               /* in of's journal, of the steps of by */
	size_t length;
};

/* ---- may it be taken back? ------------------------------------------------------------------- */

static size_t undo_count(const struct undo *undo, enum cgswap_entry_state found)
{
	size_t count = 0;

	for (size_t i = 0; i < undo->of.journal->record->step_count; i++)
		count += undo->of.journal->found[i] == found;
	return count;
}

static enum cgswap_status undo_error_nothing_left(const struct undo *undo)
{
	const struct journal_record *record = undo->of.journal->record;
	char option[JOURNAL_OPTION_SIZE];

	error_set(CGSWAP_CAUSE_NOT_ATTACHED, 0,
		  "none of the %zu{total} entries of transaction %llu{transaction} has its new "
		  "program any more: changed by others: %zu{count}, removed with their cgroups: "
		  "%zu{count}",
		  record->step_count, (unsigned long long)record->id,
		  undo_count(undo, CGSWAP_ENTRY_CHANGED), undo_count(undo, CGSWAP_ENTRY_GONE));
	error_remedy("let the transaction go (`cgswap forget %llu%s`)",
		     (unsigned long long)record->id,
		     journal_option(option, undo->of.session->kernel, undo->of.session->state_dir));
	return CGSWAP_E_NOT_ATTACHED;
}

static enum cgswap_status undo_check(struct undo *undo)
{
	enum cgswap_status status = recover_look(undo->of.journal);

	if (!status)
		status = undo_check_newer(&undo->of, &undo->by.writer.directory);
	if (!status && !undo_count(undo, CGSWAP_ENTRY_NEW) && !undo_count(undo, CGSWAP_ENTRY_OLD))
		status = undo_error_nothing_left(undo);
	if (!status)
		status = recover_check_maps(&undo->of);
	if (!status && !undo->of.old_maps)
		status = undo_check_maps(&undo->of);
	return status;
}

/* ---- the journal ----------------------------------------------------------------------------- */

/* *out is NULL on failure. */
static enum cgswap_status undo_open_program(struct program **out, struct undo *undo,
					    const struct journal_program *program)
{
	enum cgswap_status status;

	*out = program_table_get(&undo->programs, program->id);
	if (*out)
		return CGSWAP_OK;
	status = recover_open_program(out, &undo->of, program);
	if (!status) {
		status = program_table_add(&undo->programs, *out);
		if (status) {
			program_unref(*out);
			*out = NULL;
		}
	}
	return status;
}

/* A pin that names another program by now is not ours to move. */
static enum cgswap_status undo_has_pin(bool *out, const struct undo *undo,
				       const struct journal_step *step)
{
	const struct pin_object ours = { 'p', step->new.id };
	struct pin_object found;
	int err;

	*out = false;
	if (!step->pin)
		return CGSWAP_OK;
	err = pin_object_read(&found, undo->of.session->kernel, step->pin);
	if (err)
		return pin_error(undo->of.session, -err, step->pin);
	*out = pin_object_same(found, ours);
	return CGSWAP_OK;
}

static enum cgswap_status undo_write_step(struct undo *undo, const struct journal_step *step)
{
	struct journal_step reversed = *step;
	struct program *old = NULL, *new = NULL;
	enum cgswap_status status;
	bool has_pin;

	status = undo_has_pin(&has_pin, undo, step);
	if (status)
		return status;
	reversed.old = step->new;
	reversed.new = step->old;
	reversed.old_preorder = step->new_preorder;
	reversed.new_preorder = step->old_preorder;
	reversed.pin = has_pin ? step->pin : NULL;
	reversed.pin_was_old = true;
	reversed.pin_removed = !step->pin_was_old;
	status = undo_open_program(&old, undo, &reversed.old);
	if (!status)
		status = undo_open_program(&new, undo, &reversed.new);
	if (!status)
		status = journal_add_step(&undo->by.writer, &reversed, old, new);
	if (!status) {
		program_shelf_add(&undo->shelf, old);
		program_shelf_add(&undo->shelf, new);
	}
	if (new)
		program_unref(new);
	if (old)
		program_unref(old);
	return status;
}

/* The journal has pinned them before. */
static int undo_put(const struct program *program, void *user)
{
	(void)program;
	(void)user;
	return 0;
}

static int undo_take(uint32_t id, void *user)
{
	struct undo *undo = user;

	return journal_pin_open(undo->of.session, undo->by.writer.pins, 'p', id);
}

/* Writes the steps that are left to take back, from the last to the first. */
static enum cgswap_status undo_write(struct undo *undo)
{
	const struct journal_record *record = undo->of.journal->record;
	const struct journal_aim aim = { .undoes = record->id };
	enum cgswap_status status = journal_begin_record(&undo->by.writer, &aim);

	if (status)
		return status;
	undo->shelf = (struct program_shelf){
		.place = { undo_put, undo_take, undo },
		.capacity = UNDO_OPEN,
	};
	undo->indexes = calloc(record->step_count + 1, sizeof(*undo->indexes));
	if (!undo->indexes)
		return error_no_memory();
	for (size_t i = record->step_count; i > 0 && !status; i--) {
		if (!recovery_has_left(&undo->of, i - 1))
			continue;
		undo->indexes[undo->length++] = i - 1;
		status = undo_write_step(undo, &record->steps[i - 1]);
	}
	if (!status)
		status = undo_write_map_pins(&undo->of, &undo->by.writer);
	return status ? status : journal_ready(&undo->by.writer);
}

static enum cgswap_status undo_read_back(struct undo *undo)
{
	struct recovery *by = &undo->by;
	struct journal_record *record;
	enum cgswap_status status;

	status = journal_record_read(&record, &by->writer.directory, JOURNAL_CURRENT);
	if (!status && !record)
		status = journal_error_damaged(by->writer.directory.path, 0, "has no journal");
	if (!status)
		status = journal_handle_new(&by->journal, by->session, record);
	return status;
}

/* ---- the transaction ------------------------------------------------------------------------- */

/* The first error stays the last error, unless entries stay changed. */
static enum cgswap_status undo_take_back(struct undo *undo, enum cgswap_status status)
{
	unsigned long long id = undo->by.writer.id;
	char option[JOURNAL_OPTION_SIZE];
	struct cgswap_error first, last;
	struct error_text text;

	error_save(&first);
	undo->by.back = true;
	if (!recover_end(&undo->by)) {
		error_restore(&first);
		return status;
	}
	error_text_clear(&text);
	error_text_add(&text,
		       "the undo, which is transaction %llu{transaction}, failed and could not be "
		       "put back; the first error was: ",
		       id);
	error_text_add_text(&text, &first.text);
	status = error_set_text(CGSWAP_CAUSE_ROLLBACK_INCOMPLETE, 0, &text);
	error_remedy("run `cgswap recover%s` to see it, and end it with --finish or --undo",
		     journal_option(option, undo->of.session->kernel, undo->of.session->state_dir));
	/* drops the first one */
	error_save(&last);
	error_restore(&first);
	error_restore(&last);
	return status;
}

/* Takes over what each entry has in the end. */
static void undo_note_found(struct undo *undo)
{
	for (size_t i = 0; i < undo->length; i++) {
		enum cgswap_entry_state found = undo->by.journal->found[i];

		if (found == CGSWAP_ENTRY_NEW)
			found = CGSWAP_ENTRY_OLD;
		else if (found == CGSWAP_ENTRY_OLD)
			found = CGSWAP_ENTRY_NEW;
		undo->of.journal->found[undo->indexes[i]] = found;
	}
}

static enum cgswap_status undo_commit(struct undo *undo)
{
	enum cgswap_status status = undo_write(undo);
	struct cgswap_error kept;

	if (status)
		return status;
	status = undo_read_back(undo);
	if (status) {
		error_save(&kept);
		journal_end(&undo->by.writer, "undone");
		error_restore(&kept);
		return status;
	}
	status = recover_end(&undo->by);
	if (status)
		return undo_take_back(undo, status);
	undo_note_found(undo);
	return CGSWAP_OK;
}

/* An undo that was killed after its last step may have left the transaction. */
static enum cgswap_status undo_let_go(struct undo *undo)
{
	bool was_there;

	return journal_kept_forget(&was_there, undo->of.session, &undo->by.writer.directory,
				   undo->of.journal->record->id);
}

static enum cgswap_status undo_begin(struct undo *undo, uint64_t id)
{
	struct recovery *of = &undo->of;
	struct journal_record *record;
	enum cgswap_status status;

	status = journal_kept_read(&record, &undo->by.writer.directory, id);
	if (status)
		return status;
	of->writer.id = record->id;
	snprintf(of->writer.pins, sizeof(of->writer.pins), "%s", record->pins);
	status = journal_kept_check_pins(of->session, &undo->by.writer.directory, record);
	if (!status)
		return journal_handle_new(&of->journal, of->session, record);
	journal_record_free(record);
	return status;
}

static enum cgswap_status undo_run(cgswap_journal **out, struct cgswap_session *session,
				   const struct cgswap_undo_opts *opts)
{
	struct undo undo = {
		.of = { .session = session, .back = true, .old_maps = opts->old_maps },
		.by = { .session = session, .old_maps = true },
	};
	enum cgswap_status status;

	/* a directory that does not exist holds nothing */
	status = journal_enter(&undo.by.writer, session, session->state_dir, opts->wait_ms, false);
	if (status)
		return status;
	status = undo_begin(&undo, opts->id);
	if (!status)
		status = undo_check(&undo);
	if (!status)
		status = undo_count(&undo, CGSWAP_ENTRY_NEW) ? undo_commit(&undo)
							     : undo_let_go(&undo);
	journal_writer_close(&undo.by.writer);
	program_shelf_free(&undo.shelf);
	program_table_free(&undo.programs);
	free(undo.indexes);
	cgswap_journal_unref(undo.by.journal);
	if (status || !out)
		cgswap_journal_unref(undo.of.journal);
	else
		*out = undo.of.journal;
	return status;
}

enum cgswap_status cgswap_session_undo(cgswap_journal **out, cgswap_session *session,
				       const struct cgswap_undo_opts *given)
{
	enum cgswap_status status = session_enter(session, "undo");
	struct cgswap_undo_opts opts;

	if (out)
		*out = NULL;
	if (status)
		return status;
	status = opts_take(&opts, sizeof(opts), OPTS_FIRST_UNDO, given);
	if (!status && opts.wait_ms < 0)
		status = error_bad_argument("opts.wait_ms is %d{found}; expected 0 or more",
					    (int)opts.wait_ms);
	if (!status && !session->state_dir)
		status = error_bad_argument("the session has no state_dir");
	if (!status)
		status = undo_run(out, session, &opts);
	return session_leave(session, status);
}
