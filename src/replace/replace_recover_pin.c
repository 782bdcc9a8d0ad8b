/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pins of an unfinished transaction. A process may have died before it moved a pin to the
 * program that it attached, or after it pinned one that it did not attach.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "replace/replace_recover.h"

static enum cgswap_status pin_exchange(struct recovery *recovery, struct pin_swap *swap,
				       const struct journal_program *program,
				       struct pin_object other)
{
	const struct pin_object wanted = { 'p', program->id };
	enum cgswap_status status;
	struct program *opened;

	status = recover_open_program(&opened, recovery, program);
	if (status)
		return status;
	status = other.kind ? pin_swap_stage(swap, opened->fd, wanted, other)
			    : pin_make(recovery->session, opened->fd, swap->path);
	if (!status && other.kind)
		status = pin_swap_publish(swap);
	program_unref(opened);
	return status;
}

/* With the directory locked. A pin that another process made stays. */
static enum cgswap_status pin_settle(struct recovery *recovery, struct pin_swap *swap,
				     const struct journal_step *step)
{
	const struct journal_program *program = recovery_wanted(recovery, step);
	const struct pin_object wanted = { 'p', program->id };
	const struct pin_object other = { 'p', recovery->back ? step->new.id : step->old.id };
	struct kernel *kernel = recovery->session->kernel;
	struct pin_object found;
	int err = pin_object_read(&found, kernel, swap->path);

	if (err)
		return pin_error(recovery->session, -err, swap->path);
	/* the path was free before the transaction, or is to be free after it */
	if (step->pin_removed ? !recovery->back : recovery->back && !step->pin_was_old) {
		pin_swap_remove(swap, other);
		return CGSWAP_OK;
	}
	if (pin_object_same(found, wanted))
		return CGSWAP_OK;
	if (pin_object_same(found, other))
		return pin_exchange(recovery, swap, program, other);
	if (!found.kind && (!step->pin_was_old || step->pin_removed))
		return pin_exchange(recovery, swap, program, found);
	return CGSWAP_OK;
}

static enum cgswap_status pin_settle_step(struct recovery *recovery,
					  const struct journal_step *step)
{
	const struct pin_object wanted = { 'p', recovery_wanted(recovery, step)->id };
	char *temp = pin_swap_buffer(step->pin);
	enum cgswap_status status;
	struct pin_swap swap;

	if (!temp)
		return error_no_memory();
	status = pin_swap_begin(&swap, recovery->session, step->pin, temp, wanted);
	if (!status)
		status = pin_settle(recovery, &swap, step);
	pin_swap_end(&swap);
	free(temp);
	return status;
}

enum cgswap_status recover_settle_pins(struct recovery *recovery)
{
	const struct journal_record *record = recovery->journal->record;
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < record->step_count && !status; i++)
		if (record->steps[i].pin && recovery->journal->found[i] == recovery_goal(recovery))
			status = pin_settle_step(recovery, &record->steps[i]);
	return status;
}
