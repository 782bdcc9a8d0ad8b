/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statuses, causes, and this thread's last error. Every refusal that leaves the library is
 * written here, by error_set(); it needs no memory, so it works when there is none.
 */
#ifndef CGSWAP_BASE_ERROR_H
#define CGSWAP_BASE_ERROR_H

#include <cgswap.h>

struct cgswap_error {
	enum cgswap_cause cause;
	int errnum;
	const char *operation; /* of the call that is running, or ran last */
	char *log;             /* malloc'ed, or NULL */
	char message[768];
	char remedy[256];
};

/*
 * Forgets the last error, and keeps the name of the operation that begins, a constant string. Every
 * public call that returns a status begins with it, by handle_enter() where it has a handle.
 */
void error_begin(const char *operation);

/* Forgets the last error within a call. */
void error_clear(void);

/*
 * Writes the last error: errnum is 0 where the system said nothing.
 * The remedy is the cause's own; error_remedy() gives a better one. Returns the cause's status.
 */
enum cgswap_status error_set(enum cgswap_cause cause, int errnum, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void error_remedy(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Hands a log over to the last error, which frees it. */
void error_take_log(char *log);

/*
 * Callbacks of the caller run between these two: error_save() moves the last error into *saved,
 * error_restore() puts it back over the one that the callback's own calls left.
 */
void error_save(struct cgswap_error *saved);
void error_restore(struct cgswap_error *saved);

/*
 * True for a negative errno that says that memory or descriptors have run out: the call answered
 * nothing, and no other conclusion may be drawn from it. A descriptor may be given too.
 */
bool error_is_exhaustion(int err);

/* Errors that every module needs. */
enum cgswap_status error_no_memory(void);
enum cgswap_status error_bad_argument(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

#endif
