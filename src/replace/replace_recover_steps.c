/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes a transaction of the steps that are left to do. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/errno_error.h"
#include "replace/replace_recover.h"
#include "replace/replace_request.h"

/* ---- programs -------------------------------------------------------------------------------- */

/* The id of a program is not used again before billions of others: the tag makes sure. */
static enum cgswap_status check_program(struct recovery *recovery, const struct program *found,
					const struct journal_program *program)
{
	if (found->info.id == program->id && strcmp(found->tag, program->tag) == 0)
		return CGSWAP_OK;
	return error_set(CGSWAP_CAUSE_PROGRAM_NOT_FOUND, 0,
			 "the pin of program %u{program_id} of transaction %llu{transaction} has "
			 "program %u{found}",
			 program->id, (unsigned long long)recovery->writer.id, found->info.id);
}

/* The program is neither pinned nor loaded. A transaction that has ended is taken back by an undo.
 */
static enum cgswap_status recover_error_freed(const struct recovery *recovery,
					      const struct journal_program *program)
{
	const struct cgswap_session *session = recovery->session;
	const struct journal_record *record = recovery->journal->record;
	unsigned long long id = record->id;
	char option[JOURNAL_OPTION_SIZE], path[PATH_MAX];

	journal_pin_path(path, sizeof(path), recovery->writer.pins, 'p', program->id);
	error_set(CGSWAP_CAUSE_PROGRAM_NOT_FOUND, 0,
		  "program %u{program_id} (%s{program_name}) of transaction %llu{transaction} is "
		  "not loaded any more: its pin '%.400s'{path} was removed",
		  program->id, program->name, id, path);
	journal_option(option, session->kernel, session->state_dir);
	if (record->ended)
		error_remedy("attach the old version from its object file with a replace, and let "
			     "the transaction go (`cgswap forget %llu%s`)",
			     id, option);
	else
		error_remedy("end it in the other direction (`cgswap recover --%s%s`)",
			     recovery->back ? "finish" : "undo", option);
	return CGSWAP_E_NOT_FOUND;
}

static enum cgswap_status recover_reopen_program(struct program **program)
{
	enum cgswap_status status = program_open(*program);

	if (status) {
		program_unref(*program);
		*program = NULL;
	}
	return status;
}

enum cgswap_status recover_open_program(struct program **out, struct recovery *recovery,
					const struct journal_program *program)
{
	struct cgswap_session *session = recovery->session;
	enum cgswap_status status;
	int fd;

	if (recovery->replace) {
		*out = program_table_get(&recovery->replace->programs, program->id);
		if (*out)
			return recover_reopen_program(out);
	}
	fd = journal_pin_open(session, recovery->writer.pins, 'p', program->id);
	if (fd == -ENOENT || fd == -EACCES || fd == -EPERM) {
		bool removed = fd == -ENOENT;

		status = program_fd_by_id(&fd, session->kernel, program->id);
		if (status && removed &&
		    cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_PROGRAM_NOT_FOUND)
			return recover_error_freed(recovery, program);
		if (status)
			return status;
	}
	if (fd < 0)
		return error_from_errno(session->kernel, 0, -fd,
					"program %u{program_id} cannot be opened", program->id);
	status = program_from_fd(out, session->kernel, fd);
	if (status)
		return status;
	status = check_program(recovery, *out, program);
	if (status) {
		program_unref(*out);
		*out = NULL;
	}
	return status;
}

/* ---- maps ------------------------------------------------------------------------------------ */

/* True if the program is to be attached again. */
static bool is_wanted(const struct recovery *recovery, uint32_t program_id)
{
	const struct journal_record *record = recovery->journal->record;

	for (size_t i = 0; i < record->step_count; i++)
		if (recovery_has_left(recovery, i) &&
		    recovery_wanted(recovery, &record->steps[i])->id == program_id)
			return true;
	return false;
}

int recover_open_map(struct map_fd **out, struct recovery *recovery, uint32_t id)
{
	struct cgswap_session *session = recovery->session;
	int fd = journal_pin_open(session, recovery->writer.pins, 'm', id);

	if (fd >= 0)
		return map_fd_adopt(out, session->kernel, fd);
	return map_fd_open(out, session->kernel, id);
}

static enum cgswap_status check_map(struct recovery *recovery, const struct journal_map *map)
{
	struct kernel *kernel = recovery->session->kernel;
	struct map_fd *open;
	int64_t missing;
	char *slots;
	int err;

	err = recover_open_map(&open, recovery, map->id);
	if (err)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -err,
					"map %u{map_id} ('%s'{map}) cannot be opened", map->id,
					map->name);
	err = journal_map_slots(&slots, kernel, open);
	map_fd_close(open);
	if (err)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -err,
					"the slots of map %u{map_id} cannot be read", map->id);
	missing = journal_slots_missing(map->slots, slots);
	free(slots);
	if (missing < 0)
		return CGSWAP_OK;
	return error_set(CGSWAP_CAUSE_UNDO_LOSES_STATE, 0,
			 "slot %llu{slot} of map %u{map_id} ('%s'{map}) of program %u{program_id} "
			 "was filled when transaction %llu{transaction} began, and is empty now",
			 (unsigned long long)missing, map->id, map->name, map->program_id,
			 (unsigned long long)recovery->writer.id);
}

enum cgswap_status recover_check_maps(struct recovery *recovery)
{
	const struct journal_record *record = recovery->journal->record;
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < record->map_count && !recovery->old_maps && !status; i++)
		if (is_wanted(recovery, record->maps[i].program_id))
			status = check_map(recovery, &record->maps[i]);
	return status;
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* The journal knows the flag of each program, so that it need not be found out again. */
static void steps_set_flags(struct recovery *recovery, struct cgswap_step *step,
			    const struct journal_step *record)
{
	enum cgswap_preorder now = recovery->back ? record->new_preorder : record->old_preorder;

	if (step->target.method != STEP_PLAIN || !now)
		return;
	step->target.flags_old = replace_flags(now);
	step->target.found_preorder = now;
	step->target.old_assumed = false;
}

/* The entry was looked at before: it is another one if its chain has changed since. */
static enum cgswap_status steps_check_bound(const struct cgswap_step *step,
					    const struct journal_step *record, uint32_t from)
{
	if (step->target.old->info.id == from && step->target.link_id == record->link_id)
		return CGSWAP_OK;
	return error_set(CGSWAP_CAUSE_LOST_RACE, 0,
			 "%s{attach_type} of '%s'{cgroup} changed while it was read",
			 record->type->short_name, record->cgroup);
}

/* A program may have entries that are not ours. */
static void steps_select(char *out, size_t size, const struct cgswap_chain *chain,
			 const struct journal_step *step, uint32_t from)
{
	if (step->method == JOURNAL_LINK) {
		snprintf(out, size, "link:%u", step->link_id);
		return;
	}
	snprintf(out, size, "id:%u", from);
	if (snapshot_occurrences(&chain->now, from) < 2)
		return;
	for (size_t i = 0; i < chain->now.count; i++)
		if (chain->entries[i].id == from && !chain->entries[i].link_id)
			snprintf(out, size, "pos:%zu", i);
}

static enum cgswap_status steps_add_to(struct recovery *recovery, const struct journal_step *record,
				       struct cgswap_chain *chain, struct program *program)
{
	uint32_t from = recovery->back ? record->new.id : record->old.id;
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts),
		.preorder = record->method != JOURNAL_PLAIN ? CGSWAP_PREORDER_DEFAULT
			    : recovery->back                ? record->old_preorder
							    : record->new_preorder,
		.allow_unguarded = 1,
	};
	enum cgswap_status status;
	struct cgswap_step *step;
	char selector[32];

	status = chain_describe_links(chain);
	if (status)
		return status;
	steps_select(selector, sizeof(selector), chain, record, from);
	status = replace_new_swap(&step, recovery->replace, chain, selector, program, &opts);
	if (status)
		return status;
	status = steps_check_bound(step, record, from);
	if (status)
		return replace_refuse_step(step, status);
	steps_set_flags(recovery, step, record);
	return replace_complete_step(recovery->replace, step, program);
}

static enum cgswap_status steps_add(struct recovery *recovery, size_t index)
{
	const struct journal_step *record = &recovery->journal->record->steps[index];
	struct program *program;
	enum cgswap_status status;
	cgswap_chain *chain;

	status = recover_open_chain(&chain, recovery->session, record);
	if (status)
		return status;
	if (!chain)
		return error_set(CGSWAP_CAUSE_CGROUP_GONE, 0, "'%s'{cgroup} was removed",
				 record->cgroup);
	status = recover_open_program(&program, recovery, recovery_wanted(recovery, record));
	if (!status) {
		status = chain_join(chain);
		if (!status) {
			recovery->indexes[recovery->replace->length] = index;
			status = steps_add_to(recovery, record, chain, program);
			chain_leave(chain, status);
		}
		program_unref(program);
	}
	cgswap_chain_unref(chain);
	return status;
}

enum cgswap_status recover_make_steps(struct recovery *recovery)
{
	size_t count = recovery->journal->record->step_count;
	enum cgswap_status status;

	recovery->indexes = calloc(count + 1, sizeof(*recovery->indexes));
	if (!recovery->indexes)
		return error_no_memory();
	status = replace_make(&recovery->replace, recovery->session, NULL);
	if (status)
		return status;
	replace_begin_shelf(recovery->replace);
	recovery->replace->journal = &recovery->writer;
	recovery->replace->journal_indexes = recovery->indexes;
	recovery->replace->journal_reversed = recovery->back;
	/* the way back goes from the last step to the first */
	for (size_t i = 0; i < count && !status; i++) {
		size_t index = recovery->back ? count - 1 - i : i;

		if (recovery_has_left(recovery, index))
			status = steps_add(recovery, index);
	}
	return status;
}
