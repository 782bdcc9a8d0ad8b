/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the record of a transaction, and pins its programs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "journal/journal.h"
#include "kernel/errno_error.h"

enum { WRITE_AT = 64 * 1024 };

/* Drops the lines that are not written yet, and the steps in them. */
static void drop_lines(struct journal_writer *writer)
{
	struct journal_text *text = &writer->text;

	journal_text_flush(text);
	text->failed = false;
	text->sum = writer->written_sum;
	writer->step_count = writer->written_steps;
	journal_noted_dropped(&writer->programs);
	journal_noted_dropped(&writer->loaded);
}

/* A line that was written in part is taken off again, so that others can follow. */
static enum cgswap_status write_lines(struct journal_writer *writer)
{
	struct journal_text *text = &writer->text;
	int err = text->failed ? -ENOMEM : 0;

	if (!err)
		err = journal_file_write(writer->fd, text->data, text->length);
	if (!err) {
		writer->written += text->length;
		writer->written_sum = text->sum;
		writer->written_steps = writer->step_count;
		journal_text_flush(text);
		journal_noted_written(&writer->programs);
		journal_noted_written(&writer->loaded);
		return CGSWAP_OK;
	}
	drop_lines(writer);
	writer->is_cut = ftruncate(writer->fd, (off_t)writer->written) != 0;
	return journal_error_unwritable(writer->session->kernel, writer->directory.path, -err);
}

/* ---- the beginning --------------------------------------------------------------------------- */

static enum cgswap_status begin_check_free(struct journal_writer *writer)
{
	struct journal_record *unfinished;
	enum cgswap_status status;

	status = journal_sweep(&unfinished, writer->session, &writer->directory);
	if (status || !unfinished)
		return status;
	status = journal_error_unfinished(&writer->directory, unfinished);
	journal_record_free(unfinished);
	return status;
}

/* The line that names the directory of the pins is written before that is made. */
static enum cgswap_status begin_head(struct journal_writer *writer)
{
	struct kernel *kernel = writer->session->kernel;
	struct journal_text *text = &writer->text;
	struct journal_who who;
	char boot[JOURNAL_BOOT_SIZE];
	uint64_t bpffs;
	int err;
	enum cgswap_status status = journal_read_boot(boot, kernel);

	if (status)
		return status;
	err = kernel->ops->bpffs_id(kernel, writer->session->bpffs, &bpffs);
	if (error_is_exhaustion(err))
		return error_from_errno(kernel, 0, -err,
					"the bpffs at '%.400s'{path} cannot be read",
					writer->session->bpffs);
	writer->fd = journal_file_open(&writer->directory, JOURNAL_NEW,
				       O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
	if (writer->fd < 0)
		return journal_error_file(&writer->directory, JOURNAL_NEW, -writer->fd);
	journal_who_read(&who);
	journal_text_begin(text, "transaction");
	journal_text_number(text, "version", JOURNAL_VERSION);
	journal_text_number(text, "id", writer->id);
	journal_who_write(text, &who);
	journal_text_string(text, "boot", boot);
	journal_text_string(text, "pins", writer->pins);
	/* without a bpffs the pins will be refused */
	if (!err)
		journal_text_number(text, "bpffs", bpffs);
	if (writer->aim.undoes)
		journal_text_number(text, "undoes", writer->aim.undoes);
	if (writer->aim.keep)
		journal_text_number(text, "keep", writer->aim.keep);
	journal_text_end(text);
	return write_lines(writer);
}

enum cgswap_status journal_enter(struct journal_writer *out, struct cgswap_session *session,
				 const char *path, int wait_ms, bool make)
{
	enum cgswap_status status;

	*out = (struct journal_writer){ .session = session, .owner = getpid(), .fd = -1 };
	status = journal_directory_open(&out->directory, session->kernel, path, make);
	if (!status && out->directory.fd >= 0)
		status = journal_lock(&out->directory, wait_ms);
	if (!status && out->directory.fd >= 0)
		status = begin_check_free(out);
	if (status)
		journal_writer_close(out);
	return status;
}

enum cgswap_status journal_begin_record(struct journal_writer *writer,
					const struct journal_aim *aim)
{
	struct cgswap_session *session = writer->session;
	enum cgswap_status status;

	writer->aim = *aim;
	writer->id = journal_id_make();
	/* without the file of the lock, and with a clock that was set back */
	if (!writer->directory.last_id)
		writer->directory.last_id = journal_kept_newest(&writer->directory);
	if (writer->id <= writer->directory.last_id)
		writer->id = writer->directory.last_id + 1;
	writer->directory.last_id = writer->id;
	status = journal_pins_name(writer->pins, sizeof(writer->pins), session, writer->id);
	if (!status)
		status = begin_head(writer);
	if (!status) {
		status = journal_pins_make(session, writer->pins);
		/* a directory that another process made is not ours to remove */
		if (status)
			writer->pins[0] = '\0';
	}
	if (status)
		journal_writer_close(writer);
	return status;
}

enum cgswap_status journal_begin(struct journal_writer *out, struct cgswap_session *session,
				 const char *path, int wait_ms, const struct journal_aim *aim)
{
	enum cgswap_status status = journal_enter(out, session, path, wait_ms, true);

	return status ? status : journal_begin_record(out, aim);
}

/* ---- programs -------------------------------------------------------------------------------- */

static bool is_program(const void *item, const void *key)
{
	return ((const struct program *)item)->info.id == *(const uint32_t *)key;
}

static enum cgswap_status write_map(struct journal_writer *writer, const struct program *program,
				    const struct map_fd *map)
{
	struct journal_text *text = &writer->text;
	enum cgswap_status status;
	char *slots;
	int err;

	status = journal_pin(writer->session, writer->pins, 'm', map->info.id, map->fd);
	if (status)
		return status;
	err = journal_map_slots(&slots, writer->session->kernel, map);
	if (err)
		return error_from_errno(writer->session->kernel, CAPABILITY_BY_ID, -err,
					"the slots of map %u{map_id} cannot be read", map->info.id);
	journal_text_begin(text, "map");
	journal_text_number(text, "id", map->info.id);
	journal_text_number(text, "program_id", program->info.id);
	journal_text_string(text, "name", map->info.name);
	journal_text_string(text, "slots", slots);
	journal_text_end(text);
	free(slots);
	writer->map_count++;
	return CGSWAP_OK;
}

static enum cgswap_status write_maps(struct journal_writer *writer, const struct program *program)
{
	enum cgswap_status status = CGSWAP_OK;

	for (uint32_t i = 0; i < program->info.map_count && i < KERNEL_MAPS_MAX && !status; i++) {
		struct map_fd *map;
		int err = program_open_map(&map, program, i);

		if (err)
			return error_from_errno(writer->session->kernel, CAPABILITY_BY_ID, -err,
						"map %u{map_id} of program %u{program_id} cannot "
						"be opened",
						program->info.map_ids[i], program->info.id);
		if (journal_map_is_volatile(writer->session->kernel, &map->info))
			status = write_map(writer, program, map);
	}
	program_close_maps(program);
	return status;
}

static enum cgswap_status pin_program(struct journal_writer *writer, struct program *program,
				      bool is_new)
{
	uint64_t hash = hash_number(program->info.id);
	enum cgswap_status status;

	if (journal_noted_has(&writer->programs, hash, is_program, &program->info.id))
		return CGSWAP_OK;
	if (journal_noted_reserve(&writer->programs))
		return error_no_memory();
	status = program_open(program);
	if (!status)
		status = journal_pin(writer->session, writer->pins, 'p', program->info.id,
				     program->fd);
	if (!status)
		status = write_maps(writer, program);
	if (!status && is_new)
		status = journal_map_pins_write(&writer->text, writer->session, writer->pins,
						program);
	if (!status)
		journal_noted_add(&writer->programs, hash, program);
	return status;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void write_step(struct journal_text *text, const struct journal_step *step, size_t index)
{
	journal_text_begin(text, "step");
	journal_text_number(text, "index", index);
	journal_text_number(text, "cgroup_id", step->cgroup_id);
	journal_text_string(text, "cgroup", step->cgroup);
	journal_text_string(text, "type", step->type->name);
	journal_text_string(text, "method", journal_method_names[step->method]);
	journal_text_number(text, "link_id", step->link_id);
	journal_text_number(text, "position", step->position);
	journal_text_number(text, "old_id", step->old.id);
	journal_text_string(text, "old_name", step->old.name);
	journal_text_string(text, "old_tag", step->old.tag);
	journal_text_number(text, "new_id", step->new.id);
	journal_text_string(text, "new_name", step->new.name);
	journal_text_string(text, "new_tag", step->new.tag);
	journal_text_string(text, "old_preorder", journal_preorder_names[step->old_preorder]);
	journal_text_string(text, "new_preorder", journal_preorder_names[step->new_preorder]);
	if (step->pin) {
		journal_text_string(text, "pin", step->pin);
		journal_text_number(text, "pin_was_old", step->pin_was_old);
		if (step->pin_removed)
			journal_text_number(text, "pin_removed", 1);
	}
	journal_text_end(text);
}

enum cgswap_status journal_add_step(struct journal_writer *writer, const struct journal_step *step,
				    struct program *old, struct program *new)
{
	enum cgswap_status status = pin_program(writer, old, false);

	if (!status)
		status = pin_program(writer, new, true);
	if (status) {
		drop_lines(writer);
		return status;
	}
	write_step(&writer->text, step, writer->step_count++);
	/* a journal that is in its place gets all steps of one look, or none */
	if (writer->is_ready || writer->text.length < WRITE_AT)
		return CGSWAP_OK;
	return write_lines(writer);
}

enum cgswap_status journal_add_map_pin(struct journal_writer *writer,
				       const struct journal_map_pin *pin, int fd, int old_fd)
{
	enum cgswap_status status = CGSWAP_OK;

	if (pin->map_id)
		status = journal_pin(writer->session, writer->pins, 'm', pin->map_id, fd);
	if (!status && pin->old_id)
		status = journal_pin(writer->session, writer->pins, 'm', pin->old_id, old_fd);
	if (!status)
		journal_map_pin_write(&writer->text, pin);
	return status;
}

enum cgswap_status journal_ready(struct journal_writer *writer)
{
	struct journal_text *text = &writer->text;
	enum cgswap_status status;
	int err;

	journal_text_begin(text, "ready");
	journal_text_number(text, "steps", writer->step_count);
	journal_text_number(text, "maps", writer->map_count);
	journal_text_end(text);
	status = write_lines(writer);
	if (status)
		return status;
	err = journal_file_rename(&writer->directory, JOURNAL_NEW, JOURNAL_CURRENT);
	if (err)
		return journal_error_unwritable(writer->session->kernel, writer->directory.path,
						-err);
	writer->is_ready = true;
	return CGSWAP_OK;
}

enum cgswap_status journal_grow(struct journal_writer *writer)
{
	if (!writer->is_cut)
		return write_lines(writer);
	drop_lines(writer);
	return journal_error_unwritable(writer->session->kernel, writer->directory.path, EIO);
}

enum cgswap_status journal_note(struct journal_writer *writer, size_t index,
				enum journal_progress progress)
{
	struct journal_text *text = &writer->text;

	if (writer->is_cut)
		return CGSWAP_OK;
	journal_text_begin(text, progress == JOURNAL_DONE ? "done" : "undone");
	journal_text_number(text, "step", index);
	journal_text_end(text);
	return write_lines(writer);
}

/* ---- the end --------------------------------------------------------------------------------- */

static void note_ended(struct journal_writer *writer, const char *how)
{
	struct journal_text *text = &writer->text;

	if (writer->is_cut)
		return;
	journal_text_begin(text, "ended");
	journal_text_string(text, "how", how);
	journal_text_end(text);
	if (write_lines(writer))
		error_clear();
}

void journal_end(struct journal_writer *writer, const char *how)
{
	struct cgswap_session *session = writer->session;
	const char *path = writer->directory.path;
	const struct journal_ending ending = {
		.id = writer->id,
		.pins = writer->pins,
		.aim = writer->aim,
		.done = strcmp(how, "done") == 0,
	};

	note_ended(writer, how);
	if (journal_history_add(&writer->directory, JOURNAL_CURRENT))
		session_log(session, CGSWAP_LOG_WARNING,
			    "transaction %llu could not be added to the history in '%s'",
			    (unsigned long long)writer->id, path);
	if (journal_retire(session, &writer->directory, &ending)) {
		session_log(session, CGSWAP_LOG_WARNING,
			    "transaction %llu ended, but its journal in '%s' stays: %s",
			    (unsigned long long)writer->id, path,
			    cgswap_error_get_message(cgswap_last_error()));
		error_clear();
	}
}

/* The last error stays. A child that was forked meanwhile must not end the parent's transaction. */
void journal_writer_close(struct journal_writer *writer)
{
	bool ours = writer->owner == getpid();

	if (writer->fd >= 0)
		close(writer->fd);
	/* pins that could not be removed are still named there */
	if (writer->fd >= 0 && !writer->is_ready && ours &&
	    !journal_pins_remove(writer->session, writer->pins))
		journal_file_remove(&writer->directory, JOURNAL_NEW);
	writer->fd = -1;
	if (ours)
		journal_unlock(&writer->directory);
	journal_directory_close(&writer->directory);
	journal_text_free(&writer->text);
	journal_noted_free(&writer->programs);
	journal_noted_free(&writer->loaded);
}
