/* SPDX-License-Identifier: BSD-2-Clause */
/* The pin of a step, if it has one. */
#ifndef CGSWAP_REPLACE_REPLACE_PIN_H
#define CGSWAP_REPLACE_REPLACE_PIN_H

#include "replace/replace.h"

/* Stores the path of the step's pin, or NULL, and allocates all memory that the pin will need. */
enum cgswap_status replace_name_pin(struct cgswap_step *step, const char *path);

/* Fails if the step's pin cannot be created; after a commit, if it no longer could be. */
enum cgswap_status replace_check_pin(struct cgswap_replace *replace, struct cgswap_step *step);
/* The same, and checks if a pin can be created there. */
enum cgswap_status replace_forecast_pin(struct cgswap_replace *replace, struct cgswap_step *step);

/*
 * The rest is for steps that have a pin, and needs no memory. Before the swap the pin is prepared,
 * and its directory locked; afterwards it is put in its place. replace_end_pin() ends it in any
 * case.
 */
enum cgswap_status replace_prepare_pin(struct cgswap_replace *replace, struct cgswap_step *step);
enum cgswap_status replace_place_pin(struct cgswap_step *step);
void replace_end_pin(struct cgswap_step *step);

/* Undoes the preparation for a swap that was refused. Preserves the last error. */
void replace_withdraw_pin(struct cgswap_step *step);

/*
 * The same for a rollback; a pin that others made meanwhile stays. If the preparation failed,
 * replace_restore_pin() tries again.
 */
enum cgswap_status replace_prepare_restore(struct cgswap_replace *replace,
					   struct cgswap_step *step);
enum cgswap_status replace_restore_pin(struct cgswap_replace *replace, struct cgswap_step *step);

#endif
