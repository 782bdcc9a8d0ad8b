/* SPDX-License-Identifier: BSD-2-Clause */
/* Pins of programs and links in a bpffs. A swap leaves no moment without a pin at the path. */
#ifndef CGSWAP_PROGRAM_PIN_H
#define CGSWAP_PROGRAM_PIN_H

#include "session/session.h"

/* The state of a path. */
enum pin_found {
	PIN_NOTHING,
	PIN_THE_PROGRAM, /* it is pinned */
	PIN_OTHER,
	PIN_UNREADABLE /* it may be the program or something else */
};

/* Says if that program is pinned at a path. Fails for a path at which nothing can be pinned. */
enum cgswap_status pin_read(enum pin_found *out, struct cgswap_session *session, const char *path,
			    uint32_t program_id);

/* The path has a pin already. */
enum cgswap_status pin_error_taken(struct cgswap_session *session, const char *path);

/* The kernel's pin_open() failed with this errno. */
enum cgswap_status pin_error_open(struct kernel *kernel, const char *path, int errnum);

/* Pins at a path that is free. */
enum cgswap_status pin_make(struct cgswap_session *session, int fd, const char *path);

enum cgswap_status pin_remove(struct cgswap_session *session, const char *path);

/* Removes the pin of a program, unless something else is pinned there by now. Sets no error. */
void pin_unlink_if_ours(struct cgswap_session *session, const char *path, uint32_t program_id);

/* A buffer for the path of a temporary pin beside a path, empty; free() it. NULL: no memory. */
char *pin_temp_path(const char *path);

/*
 * A swap in two halves: pin_stage() makes a temporary pin and writes its path to temp, from
 * pin_temp_path(); pin_publish() moves it to the path, atomically, in place of the pin there;
 * pin_discard() removes it instead. Both empty temp, and pin_discard() takes NULL and an empty one.
 */
enum cgswap_status pin_stage(char *temp, struct cgswap_session *session, int fd, const char *path);
enum cgswap_status pin_publish(struct cgswap_session *session, char *temp, const char *path);
void pin_discard(struct cgswap_session *session, char *temp);

/* Swaps what is pinned at a path. */
enum cgswap_status pin_swap(struct cgswap_session *session, int fd, const char *path);

#endif
