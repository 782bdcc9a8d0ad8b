/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pin of a step is never missing: it holds the old program or the new one. A pin that cannot be
 * created is an error before the swap. A free path is pinned at that time; if the old program is
 * pinned there, the new one is first pinned beside it.
 */
#include <string.h>

#include "base/error.h"
#include "program/pin.h"
#include "replace/replace.h"

enum cgswap_status replace_check_pin(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status;
	enum pin_found found;

	if (!step->asked.pin)
		return CGSWAP_OK;
	status = pin_read(&found, replace->session, step->asked.pin, step->target.old->info.id);
	if (status)
		return status;
	step->target.pin_was_old = found == PIN_THE_PROGRAM;
	if (found == PIN_OTHER || found == PIN_UNREADABLE)
		return pin_error_taken(replace->session, step->asked.pin);
	return CGSWAP_OK;
}

enum cgswap_status replace_name_pin(struct cgswap_step *step, const char *path)
{
	if (!path)
		return CGSWAP_OK;
	step->asked.pin = strdup(path);
	step->target.temp_pin = pin_temp_path(path);
	return step->asked.pin && step->target.temp_pin ? CGSWAP_OK : error_no_memory();
}

enum cgswap_status replace_prepare_pin(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status = replace_check_pin(replace, step);

	if (status)
		return status;
	if (step->target.pin_was_old)
		return pin_stage(step->target.temp_pin, replace->session, step->new->fd,
				 step->asked.pin);
	return pin_make(replace->session, step->new->fd, step->asked.pin);
}

enum cgswap_status replace_place_pin(struct cgswap_replace *replace, struct cgswap_step *step)
{
	if (!step->target.pin_was_old)
		return CGSWAP_OK;
	return pin_publish(replace->session, step->target.temp_pin, step->asked.pin);
}

void replace_withdraw_pin(struct cgswap_replace *replace, struct cgswap_step *step)
{
	pin_discard(replace->session, step->target.temp_pin);
	/* a program that stays attached keeps its pin until it is rolled back */
	if (!step->target.pin_was_old && !step->result.applied)
		pin_unlink_if_ours(replace->session, step->asked.pin, step->new->info.id);
}

enum cgswap_status replace_restore_pin(struct cgswap_replace *replace, struct cgswap_step *step)
{
	enum cgswap_status status;
	enum pin_found found;

	status = pin_read(&found, replace->session, step->asked.pin, step->new->info.id);
	if (!status && found == PIN_UNREADABLE)
		status = pin_error_taken(replace->session, step->asked.pin);
	if (status || found != PIN_THE_PROGRAM)
		return status;
	if (step->target.pin_was_old)
		return pin_swap(replace->session, step->target.old->fd, step->asked.pin);
	return pin_remove(replace->session, step->asked.pin);
}
