/* SPDX-License-Identifier: BSD-2-Clause */
/* Pins of programs and links in a bpffs. During a swap the path always has a pin. */
#ifndef CGSWAP_PROGRAM_PIN_H
#define CGSWAP_PROGRAM_PIN_H

#include <sys/types.h>

#include "program/pin_temp.h"
#include "session/session.h"

/* The state of a path. */
enum pin_found {
	PIN_NOTHING,
	PIN_THE_PROGRAM, /* the given program */
	PIN_OTHER,
	PIN_UNREADABLE /* the program or something else */
};

/*
 * Says if that program is pinned at a path, or will be once a swap that was interrupted is cleared
 * up. Fails for a path at which nothing can be pinned.
 */
enum cgswap_status pin_read(enum pin_found *out, struct cgswap_session *session, const char *path,
			    uint32_t program_id);

/* The error for a path that already has a pin. */
enum cgswap_status pin_error_taken(struct cgswap_session *session, const char *path);

/* The error for a directory given as a program, such as bpftool makes one; CGSWAP_OK: it is none. */
enum cgswap_status pin_check_directory(struct kernel *kernel, const char *path);

/* The error for a failed pin_open(). */
enum cgswap_status pin_error_open(struct kernel *kernel, const char *path, int errnum);

/* Fails as pin_make() will in a directory that this process may not write to. */
enum cgswap_status pin_check_access(struct cgswap_session *session, const char *path);

/* Pins at a free path. */
enum cgswap_status pin_make(struct cgswap_session *session, int fd, const char *path);

/* Nothing can be pinned at the path: for a result of the kernel's. */
enum cgswap_status pin_error(struct cgswap_session *session, int errnum, const char *path);
enum cgswap_status pin_check_path(struct cgswap_session *session, const char *path);

/* ---- pin_swap.c */

/* A swap of one pin: the directory is locked from pin_swap_begin() to pin_swap_end(). */
struct pin_swap {
	struct cgswap_session *session;
	const char *path;
	char *temp;                 /* the path of the temporary pin */
	struct pin_object new, old; /* programs of the pin and of the pin that it replaces */
	int lock;                   /* -1: none */
	pid_t staged_by;            /* the process that made the temporary pin; 0: there is none */
};

/* A buffer for the path of a temporary pin beside a path; free() it. NULL: no memory. */
char *pin_swap_buffer(const char *path);

/*
 * Locks the directory, and clears up what killed processes left there. temp is a buffer for this
 * path. running is the program that is attached, whose pin the path is to be; or nothing.
 */
enum cgswap_status pin_swap_begin(struct pin_swap *out, struct cgswap_session *session,
				  const char *path, char *temp, struct pin_object running);

/* Makes a temporary pin of a new object, to replace an old one. */
enum cgswap_status pin_swap_stage(struct pin_swap *swap, int fd, struct pin_object new,
				  struct pin_object old);

/* Moves it to the path, atomically; refuses if something else is there than the old object. */
enum cgswap_status pin_swap_publish(struct pin_swap *swap);

/* Removes it instead, if there is one. */
void pin_swap_discard(struct pin_swap *swap);

/* Removes the pin of an object, unless another process pinned something else there. */
void pin_swap_remove(struct pin_swap *swap, struct pin_object object);

/* Discards and unlocks; what was never begun, too, if its lock is -1. */
void pin_swap_end(struct pin_swap *swap);

#endif
