/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs and links at paths of a bpffs: put there, and swapped with no moment of nothing there.
 */
#ifndef CGSWAP_PROGRAM_PIN_H
#define CGSWAP_PROGRAM_PIN_H

#include "session/session.h"

/* What stands at a path. */
enum pin_found {
	PIN_NOTHING,
	PIN_THE_PROGRAM, /* the one that was asked for */
	PIN_OTHER,
	PIN_UNREADABLE /* it cannot be opened, so it may be the program or another */
};

/* Refuses a path at which nothing can be pinned; program_id: whose pin there is looked for. */
enum cgswap_status pin_read(enum pin_found *out, struct cgswap_session *session, const char *path,
			    uint32_t program_id);

/* Refuses what stands there already. */
enum cgswap_status pin_error_taken(struct cgswap_session *session, const char *path);

/* Pins where nothing is. */
enum cgswap_status pin_make(struct cgswap_session *session, int fd, const char *path);

enum cgswap_status pin_remove(struct cgswap_session *session, const char *path);

/*
 * Removes what was put there for a moment, unless it is somebody else's by now. Writes no last
 * error.
 */
void pin_unlink_if_ours(struct cgswap_session *session, const char *path, uint32_t program_id);

/* Room for the name of a pin beside a path; free() it. NULL: no memory. Empty: nothing is there. */
char *pin_temp_path(const char *path);

/*
 * Pins beside a path, to be moved there later: aside is from pin_temp_path(), and is empty again
 * when the pin is gone from there. The move takes the place of what is pinned at the path, at once.
 * What was put aside and not moved is removed by pin_discard(), to which NULL is nothing.
 */
enum cgswap_status pin_stage(char *aside, struct cgswap_session *session, int fd, const char *path);
enum cgswap_status pin_publish(struct cgswap_session *session, char *aside, const char *path);
void pin_discard(struct cgswap_session *session, char *aside);

/* Swaps what is pinned at a path. */
enum cgswap_status pin_swap(struct cgswap_session *session, int fd, const char *path);

#endif
