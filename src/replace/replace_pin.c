/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pin of a step: never missing, and of the old program or the new. A pin that cannot be made is
 * refused before the swap: a free path is taken then; for a path that the old program has, the new
 * one is pinned beside it. A temporary pin lies there from before the swap until the pin is as it
 * should be, there and back, so that the next process can tell what was under way if ours is
 * killed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "program/pin.h"
#include "replace/replace.h"
#include "replace/replace_pin.h"
#include "replace/replace_request.h"

enum cgswap_status replace_check_pin(struct cgswap_replace *replace, struct cgswap_step *step)
{
	uint32_t old = step->target.old ? step->target.old->info.id : 0;
	enum cgswap_status status;
	enum pin_found found;

	if (!step->asked.pin)
		return CGSWAP_OK;
	status = pin_read(&found, replace->session, step->asked.pin, old);
	if (status)
		return status;
	step->target.pin->was_old = found == PIN_THE_PROGRAM;
	if (found == PIN_OTHER || found == PIN_UNREADABLE)
		return pin_error_taken(replace->session, step->asked.pin);
	return CGSWAP_OK;
}

enum cgswap_status replace_forecast_pin(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status = replace_check_pin(replace, step);

	if (status || !step->asked.pin)
		return status;
	return pin_check_access(replace->session, step->asked.pin);
}

enum cgswap_status replace_name_pin(struct cgswap_step *step, const char *path)
{
	if (!path)
		return CGSWAP_OK;
	step->asked.pin = strdup(path);
	step->target.pin = calloc(1, sizeof(*step->target.pin));
	if (!step->asked.pin || !step->target.pin)
		return error_no_memory();
	step->target.pin->swap.lock = -1;
	step->target.pin->temp = pin_swap_buffer(path);
	return step->target.pin->temp ? CGSWAP_OK : error_no_memory();
}

static struct pin_object pin_object_of_program(const struct program *program)
{
	return (struct pin_object){ 'p', program->info.id };
}

/*
 * An attach pins its program before anything is attached, so that the pin cannot fail later; a link
 * then replaces the program at the path.
 */
static enum cgswap_status prepare_new_pin(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct pin_swap *swap = &step->target.pin->swap;
	enum cgswap_status status;

	status = pin_swap_begin(swap, replace->session, step->asked.pin, step->target.pin->temp,
				(struct pin_object){ 0 });
	if (!status)
		status = replace_check_pin(replace, step);
	return status ? status : pin_make(replace->session, step->new->fd, step->asked.pin);
}

static enum cgswap_status place_new_pin(struct cgswap_step *step)
{
	const struct pin_object link = { 'l', step->target.link_id };
	struct pin_swap *swap = &step->target.pin->swap;
	enum cgswap_status status;

	if (step->target.method != STEP_LINK)
		return CGSWAP_OK;
	status = pin_swap_stage(swap, step->target.made_link, link,
				pin_object_of_program(step->new));
	return status ? status : pin_swap_publish(swap);
}

/* The path has the program, or the link, or the pin of another process, which stays. */
static enum cgswap_status remove_new_pin(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct pin_swap *swap = &step->target.pin->swap;
	enum cgswap_status status = CGSWAP_OK;

	if (swap->lock < 0)
		status = pin_swap_begin(swap, replace->session, step->asked.pin,
					step->target.pin->temp, (struct pin_object){ 0 });
	if (status)
		return status;
	pin_swap_remove(swap, pin_object_of_program(step->new));
	if (step->target.method == STEP_LINK)
		pin_swap_remove(swap, (struct pin_object){ 'l', step->target.link_id });
	return CGSWAP_OK;
}

enum cgswap_status replace_prepare_pin(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct pin_swap *swap = &step->target.pin->swap;
	enum cgswap_status status;
	struct pin_object old;

	if (step->asked.kind == STEP_ATTACHES)
		return prepare_new_pin(replace, step);
	old = pin_object_of_program(step->target.old);
	status = pin_swap_begin(swap, replace->session, step->asked.pin, step->target.pin->temp,
				old);
	if (!status)
		status = replace_check_pin(replace, step);
	if (!status)
		status = pin_swap_stage(swap, step->new->fd, pin_object_of_program(step->new), old);
	if (!status && !step->target.pin->was_old)
		status = pin_make(replace->session, step->new->fd, step->asked.pin);
	return status;
}

enum cgswap_status replace_place_pin(struct cgswap_step *step)
{
	if (step->asked.kind == STEP_ATTACHES)
		return place_new_pin(step);
	if (step->target.pin->was_old)
		return pin_swap_publish(&step->target.pin->swap);
	pin_swap_discard(&step->target.pin->swap);
	return CGSWAP_OK;
}

void replace_end_pin(struct cgswap_step *step)
{
	if (step->target.pin)
		pin_swap_end(&step->target.pin->swap);
}

void replace_withdraw_pin(struct cgswap_step *step)
{
	struct pin_swap *swap = &step->target.pin->swap;

	/* a swap that was made after all keeps its pin, and loses it in the rollback */
	if (!step->target.pin->was_old && !step->result.applied)
		pin_swap_remove(swap, pin_object_of_program(step->new));
	pin_swap_discard(swap);
}

/* A pin of another process stays, so there is nothing to stage. */
enum cgswap_status replace_prepare_restore(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct pin_swap *swap = &step->target.pin->swap;
	struct pin_object old, new;
	enum cgswap_status status;
	enum pin_found found;

	/* the pin of an attach is removed, and so needs no preparation */
	if (step->asked.kind == STEP_ATTACHES)
		return CGSWAP_OK;
	status = replace_open_programs(step);
	if (status)
		return status;
	old = pin_object_of_program(step->target.old);
	new = pin_object_of_program(step->new);
	status = pin_swap_begin(swap, replace->session, step->asked.pin, step->target.pin->temp,
				new);
	if (!status)
		status = pin_read(&found, replace->session, step->asked.pin, new.id);
	if (!status && found == PIN_UNREADABLE)
		status = pin_error_taken(replace->session, step->asked.pin);
	if (!status && found == PIN_THE_PROGRAM)
		status = step->target.pin->was_old
				 ? pin_swap_stage(swap, step->target.old->fd, old, new)
				 : pin_swap_stage(swap, step->new->fd, new, old);
	if (status)
		pin_swap_end(swap);
	return status;
}

enum cgswap_status replace_restore_pin(struct cgswap_replace *replace, struct cgswap_step *step)
{
	struct pin_swap *swap = &step->target.pin->swap;
	enum cgswap_status status = CGSWAP_OK;

	if (step->asked.kind == STEP_ATTACHES)
		return remove_new_pin(replace, step);
	if (swap->lock < 0)
		status = replace_prepare_restore(replace, step);
	if (status || !swap->staged_by)
		return status;
	if (step->target.pin->was_old) {
		status = pin_swap_publish(swap);
		/* another process pinned something there just now */
		if (status == CGSWAP_E_CONFLICT)
			error_clear();
		return status == CGSWAP_E_CONFLICT ? CGSWAP_OK : status;
	}
	pin_swap_remove(swap, pin_object_of_program(step->new));
	return CGSWAP_OK;
}
