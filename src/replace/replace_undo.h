/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes back a transaction that ended, and whose old programs are held. That is a transaction of
 * its own: its journal has the steps the other way round, and then it is finished as a recover
 * would finish it. Each file uses only those above it in this list:
 *
 *	replace_undo_newer.c     refuses if a newer transaction must be taken back first
 *	replace_undo_maps.c      refuses if the old programs would use maps that were left behind
 *	replace_undo_map_pins.c  writes which pins of maps go back
 *	replace_undo.c           the call
 */
#ifndef CGSWAP_REPLACE_REPLACE_UNDO_H
#define CGSWAP_REPLACE_REPLACE_UNDO_H

#include "replace/replace_recover.h"

/*
 * Fails if a newer transaction that is held replaced new programs of this one, whose entries were
 * looked at. directory: the state directory.
 */
enum cgswap_status undo_check_newer(const struct recovery *undone,
				    const struct journal_directory *directory);

/* Fails if an old program uses maps that its new one does not, and names both. */
enum cgswap_status undo_check_maps(struct recovery *undone);

/*
 * Writes the pins of maps by their names that go back with the steps, to the journal of the undo:
 * those that name the new map still.
 */
enum cgswap_status undo_write_map_pins(struct recovery *undone, struct journal_writer *by);

#endif
