/* SPDX-License-Identifier: BSD-2-Clause */
/* Temporary pins of processes that were killed while they swapped a pin. */
#ifndef CGSWAP_PROGRAM_PIN_LEFTOVER_H
#define CGSWAP_PROGRAM_PIN_LEFTOVER_H

#include "program/pin_temp.h"
#include "session/session.h"

/*
 * Clears up the directory of a pin, whose lock the caller has: a pin of another process that was
 * exchanged goes back, ours goes, and a swap whose program is attached is completed. running is the
 * program whose pin the path should be, which is attached; or nothing, if that is unknown.
 */
void pin_leftover_clear(struct cgswap_session *session, const char *path,
			struct pin_object running);

/* The object that would be pinned at the path after that. Changes nothing. */
void pin_leftover_forecast(struct pin_object *at_path, struct cgswap_session *session,
			   const char *path, struct pin_object running);

/*
 * The same for one temporary pin, whose directory the caller has locked. Returns false if it stays;
 * clears it up only if it is to, and otherwise says if it could.
 */
bool pin_leftover_clear_one(struct cgswap_session *session, const char *temp,
			    struct pin_object running, bool clear);

/* ---- pin_leftover_list.c */

/* Receives the path of a temporary pin; a return other than 0 ends the listing and is its result.
 */
typedef int (*pin_leftover_fn)(const char *path, struct pin_object new, struct pin_object old,
			       void *user);

/*
 * Lists the temporary pins of killed processes at the top of a bpffs and in the directories there.
 * Returns 0 or a negative errno; a directory that cannot be read, or in which a process swaps a pin
 * at the moment, counts as empty.
 */
int pin_leftover_list(struct kernel *kernel, const char *bpffs, pin_leftover_fn fn, void *user);

#endif
