/* SPDX-License-Identifier: BSD-2-Clause */
/* Pins of maps by their names that the transaction made, or moved to its new maps. */
#include "base/error.h"
#include "kernel/errno_error.h"
#include "replace/replace_undo.h"

/* A step that is taken back and has this new program; NULL: none. */
static const struct journal_step *map_pins_step(const struct recovery *undone, uint32_t program_id)
{
	const struct journal_record *record = undone->journal->record;

	for (size_t i = 0; i < record->step_count; i++)
		if (record->steps[i].new.id == program_id && recovery_has_left(undone, i))
			return &record->steps[i];
	return NULL;
}

static enum cgswap_status map_pins_open(struct map_fd **out, struct recovery *undone, uint32_t id)
{
	int err = recover_open_map(out, undone, id);

	return err ? error_from_errno(undone->session->kernel, CAPABILITY_BY_ID, -err,
				      "map %u{map_id} cannot be opened", id)
		   : CGSWAP_OK;
}

/* The pin names the new map: it is to name the old one, or to go. */
static enum cgswap_status map_pins_reverse(struct recovery *undone, struct journal_writer *by,
					   const struct journal_map_pin *pin,
					   const struct journal_step *step)
{
	const struct journal_map_pin reversed = { pin->path, step->old.id, pin->old_id, pin->map_id,
						  pin->newest };
	struct map_fd *old = NULL, *new;
	enum cgswap_status status = map_pins_open(&new, undone, pin->map_id);

	if (status)
		return status;
	if (pin->old_id)
		status = map_pins_open(&old, undone, pin->old_id);
	if (!status)
		status = journal_add_map_pin(by, &reversed, old ? old->fd : -1, new->fd);
	if (old)
		map_fd_close(old);
	map_fd_close(new);
	return status;
}

enum cgswap_status undo_write_map_pins(struct recovery *undone, struct journal_writer *by)
{
	const struct journal_record *record = undone->journal->record;
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < record->map_pin_count && !status; i++) {
		const struct journal_map_pin *pin = &record->map_pins[i];
		const struct journal_step *step = map_pins_step(undone, pin->program_id);
		struct pin_object found;
		int err;

		if (!step)
			continue;
		err = pin_object_read(&found, undone->session->kernel, pin->path);
		if (err)
			status = pin_error(undone->session, -err, pin->path);
		/* one that names another map by now is not ours to move */
		else if (pin_object_same(found, (struct pin_object){ 'm', pin->map_id }))
			status = map_pins_reverse(undone, by, pin, step);
	}
	return status;
}
