/* SPDX-License-Identifier: BSD-2-Clause */
/* Pins of programs and links in a bpffs. During a swap the path always has a pin. */
#ifndef CGSWAP_PROGRAM_PIN_H
#define CGSWAP_PROGRAM_PIN_H

#include "session/session.h"

/* The state of a path. */
enum pin_found {
	PIN_NOTHING,
	PIN_THE_PROGRAM, /* the given program */
	PIN_OTHER,
	PIN_UNREADABLE /* the program or something else */
};

/* Finds out if a program is pinned at a path. Fails for a path that cannot have a pin. */
enum cgswap_status pin_read(enum pin_found *out, struct cgswap_session *session, const char *path,
			    uint32_t program_id);

/* The error for a path that already has a pin. */
enum cgswap_status pin_error_taken(struct cgswap_session *session, const char *path);

/* The error for a failed pin_open(). */
enum cgswap_status pin_error_open(struct kernel *kernel, const char *path, int errnum);

/* Pins at a free path. */
enum cgswap_status pin_make(struct cgswap_session *session, int fd, const char *path);

enum cgswap_status pin_remove(struct cgswap_session *session, const char *path);

/* Removes the pin of a program, unless something else is pinned there by now. Sets no error. */
void pin_unlink_if_ours(struct cgswap_session *session, const char *path, uint32_t program_id);

/*
 * Returns an empty buffer for the path of a temporary pin beside path; free() it. NULL: no memory.
 */
char *pin_temp_path(const char *path);

/*
 * A swap in two halves: pin_stage() makes a temporary pin and writes its path to temp, from
 * pin_temp_path(); pin_publish() moves it to the path, atomically, in place of the pin there;
 * pin_discard() removes it instead. Both clear temp, and pin_discard() accepts NULL and an empty
 * temp.
 */
enum cgswap_status pin_stage(char *temp, struct cgswap_session *session, int fd, const char *path);
enum cgswap_status pin_publish(struct cgswap_session *session, char *temp, const char *path);
void pin_discard(struct cgswap_session *session, char *temp);

/* Replaces the pin at a path. */
enum cgswap_status pin_swap(struct cgswap_session *session, int fd, const char *path);

#endif
