/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pins of an unfinished transaction: those of its entries, and those of the maps of new
 * programs by their names. A process may have died before it moved a pin to what it attached, or
 * after it pinned what it did not attach.
 */
#include <stdlib.h>

#include "base/error.h"
#include "kernel/errno_error.h"
#include "program/map_pin.h"
#include "replace/replace_recover.h"

/* A path, and what was pinned there or is to be, before and after the transaction. */
struct recovered_pin {
	const char *path;
	struct pin_object old, new;
	bool was_old;                         /* false: the path was free */
	bool removed;                         /* the path is free afterwards */
	const struct journal_program *wanted; /* NULL: the pin is of a map */
	const struct journal_map_pin *of_map; /* NULL: the pin is of a program */
};

/* Pins an object at the path, in place of another one if that is there. */
static enum cgswap_status pin_put(struct pin_swap *swap, int fd, struct pin_object wanted,
				  struct pin_object other)
{
	enum cgswap_status status;

	if (!other.kind)
		return pin_make(swap->session, fd, swap->path);
	status = pin_swap_stage(swap, fd, wanted, other);
	return status ? status : pin_swap_publish(swap);
}

static enum cgswap_status pin_put_program(struct recovery *recovery, struct pin_swap *swap,
					  const struct recovered_pin *pin, struct pin_object other)
{
	const struct pin_object wanted = { 'p', pin->wanted->id };
	enum cgswap_status status;
	struct program *opened;

	status = recover_open_program(&opened, recovery, pin->wanted);
	if (status)
		return status;
	status = pin_put(swap, opened->fd, wanted, other);
	program_unref(opened);
	return status;
}

static enum cgswap_status pin_put_map(struct recovery *recovery, struct pin_swap *swap,
				      struct pin_object wanted, struct pin_object other)
{
	enum cgswap_status status;
	struct map_fd *opened;
	int err = recover_open_map(&opened, recovery, wanted.id);

	if (err)
		return error_from_errno(recovery->session->kernel, CAPABILITY_BY_ID, -err,
					"map %u{map_id} cannot be opened", wanted.id);
	status = pin_put(swap, opened->fd, wanted, other);
	map_fd_close(opened);
	return status;
}

static bool pin_is_of_transaction(uint32_t id, const void *user)
{
	const struct journal_record *record = user;

	for (size_t i = 0; i < record->step_count; i++)
		if (record->steps[i].old.id == id || record->steps[i].new.id == id)
			return true;
	return false;
}

/* A program that was loaded since may have found the map by the pin. */
static bool pin_serves_others(const struct recovery *recovery, const struct journal_map_pin *pin,
			      uint32_t map_id)
{
	return map_is_used_since(recovery->session->kernel, map_id, pin->newest,
				 pin_is_of_transaction, recovery->journal->record);
}

/* With the directory locked. A pin that another process made stays. */
static enum cgswap_status pin_settle(struct recovery *recovery, struct pin_swap *swap,
				     const struct recovered_pin *pin)
{
	const struct pin_object wanted = recovery->back ? pin->old : pin->new;
	const struct pin_object other = recovery->back ? pin->new : pin->old;
	struct kernel *kernel = recovery->session->kernel;
	struct pin_object found;
	int err = pin_object_read(&found, kernel, swap->path);

	if (err)
		return pin_error(recovery->session, -err, swap->path);
	/* the path was free before the transaction, or is to be free after it */
	if (pin->removed ? !recovery->back : recovery->back && !pin->was_old) {
		if (!pin->of_map || !pin_serves_others(recovery, pin->of_map, other.id))
			pin_swap_remove(swap, other);
		return CGSWAP_OK;
	}
	if (pin_object_same(found, wanted))
		return CGSWAP_OK;
	if (!pin_object_same(found, other) && (found.kind || (pin->was_old && !pin->removed)))
		return CGSWAP_OK;
	return pin->of_map ? pin_put_map(recovery, swap, wanted, found)
			   : pin_put_program(recovery, swap, pin, found);
}

static enum cgswap_status pin_settle_locked(struct recovery *recovery,
					    const struct recovered_pin *pin)
{
	const struct pin_object wanted = recovery->back ? pin->old : pin->new;
	char *temp = pin_swap_buffer(pin->path);
	enum cgswap_status status;
	struct pin_swap swap;

	if (!temp)
		return error_no_memory();
	status = pin_swap_begin(&swap, recovery->session, pin->path, temp, wanted);
	if (!status)
		status = pin_settle(recovery, &swap, pin);
	pin_swap_end(&swap);
	free(temp);
	return status;
}

static enum cgswap_status pin_settle_step(struct recovery *recovery,
					  const struct journal_step *step)
{
	const struct recovered_pin pin = {
		.path = step->pin,
		.old = { 'p', step->old.id },
		.new = { 'p', step->new.id },
		.was_old = step->pin_was_old,
		.removed = step->pin_removed,
		.wanted = recovery_wanted(recovery, step),
	};

	return pin_settle_locked(recovery, &pin);
}

static enum cgswap_status pin_settle_map(struct recovery *recovery,
					 const struct journal_map_pin *map)
{
	const struct recovered_pin pin = {
		.path = map->path,
		.old = { map->old_id ? 'm' : 0, map->old_id },
		.new = { map->map_id ? 'm' : 0, map->map_id },
		.was_old = map->old_id != 0,
		.removed = map->map_id == 0,
		.of_map = map,
	};

	return pin_settle_locked(recovery, &pin);
}

/* True if an entry has the new program. */
static bool pin_program_is_attached(const struct recovery *recovery, uint32_t program_id)
{
	const struct journal_record *record = recovery->journal->record;

	for (size_t i = 0; i < record->step_count; i++)
		if (record->steps[i].new.id == program_id &&
		    recovery->journal->found[i] == CGSWAP_ENTRY_NEW)
			return true;
	return false;
}

enum cgswap_status recover_settle_pins(struct recovery *recovery)
{
	const struct journal_record *record = recovery->journal->record;
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < record->step_count && !status; i++)
		if (record->steps[i].pin && recovery->journal->found[i] == recovery_goal(recovery))
			status = pin_settle_step(recovery, &record->steps[i]);
	for (size_t i = 0; i < record->map_pin_count && !status; i++)
		if (recovery->back ||
		    pin_program_is_attached(recovery, record->map_pins[i].program_id))
			status = pin_settle_map(recovery, &record->map_pins[i]);
	return status;
}
