/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounds the descriptors for the programs of a transaction that keeps a journal. Those that were
 * not used for longest are pinned, and opened again when their turn comes.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "replace/replace.h"

/* Without a place for pins the programs stay open, until the process has no descriptor left. */
static int shelf_open_place(struct cgswap_replace *replace)
{
	struct journal_shelf *place;

	if (replace->place)
		return 0;
	place = malloc(sizeof(*place));
	if (!place)
		return -ENOMEM;
	if (journal_shelf_open(place, replace->session)) {
		free(place);
		return -EACCES;
	}
	replace->place = place;
	return 0;
}

static int shelf_put(const struct program *program, void *user)
{
	struct cgswap_replace *replace = user;
	struct cgswap_error kept;
	int err;

	error_save(&kept);
	err = shelf_open_place(replace);
	if (!err &&
	    journal_pin(replace->session, replace->place->pins, 'p', program->info.id, program->fd))
		err = -EACCES;
	/* later ones may fail because no descriptor is left */
	if (err && !replace->shelf_errnum)
		replace->shelf_errnum = cgswap_error_get_errno(cgswap_last_error());
	error_restore(&kept);
	return err;
}

static int shelf_take(uint32_t id, void *user)
{
	struct cgswap_replace *replace = user;

	return journal_pin_open(replace->session, replace->place->pins, 'p', id);
}

void replace_begin_shelf(struct cgswap_replace *replace)
{
	replace->shelf = (struct program_shelf){
		.place = { shelf_put, shelf_take, replace },
		.capacity = replace->session->pool.capacity,
	};
}

void replace_end_shelf(struct cgswap_replace *replace)
{
	program_shelf_free(&replace->shelf);
	if (!replace->place)
		return;
	journal_shelf_close(replace->place);
	free(replace->place);
	replace->place = NULL;
}
