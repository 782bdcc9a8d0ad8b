/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statuses, causes, and this thread's last error. error_set() writes every error that leaves the
 * library. It allocates nothing, so it works without memory.
 */
#ifndef CGSWAP_BASE_ERROR_H
#define CGSWAP_BASE_ERROR_H

#include <cgswap.h>

#include "base/error_text.h"

struct cgswap_error {
	enum cgswap_cause cause;
	int errnum;
	const char *operation; /* the running or last call's */
	char *log;             /* malloc'ed, or NULL */
	char remedy[256];
	struct error_text text;
};

/*
 * Clears the last error and stores the name of the new operation, a constant string. Every public
 * call that returns a status starts with this, through handle_enter() if it has a handle.
 */
void error_begin(const char *operation);

/* Clears the last error within a call. */
void error_clear(void);

/*
 * Writes the last error. errnum is 0 if no system call failed. The format may name details, as in
 * base/error_text.h. The remedy is the cause's; error_remedy() sets a better one. Returns the
 * cause's status.
 */
enum cgswap_status error_set(enum cgswap_cause cause, int errnum, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
enum cgswap_status error_set_text(enum cgswap_cause cause, int errnum,
				  const struct error_text *text);
void error_remedy(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Moves a log to the last error, which frees it. */
void error_take_log(char *log);

/*
 * Callbacks of the caller run between these two: error_save() moves the last error into *saved,
 * error_restore() puts it back and drops the error of the callback's own calls.
 */
void error_save(struct cgswap_error *saved);
void error_restore(struct cgswap_error *saved);

/*
 * True for a negative errno which means that memory or descriptors are exhausted. The call then
 * gave no answer, and its caller must not conclude anything else from it. Also accepts a
 * descriptor.
 */
bool error_is_exhaustion(int err);

/* Returns the errno that fits a cause if no system call failed. */
int cause_errno(enum cgswap_cause cause);

/* Errors that every module needs. */
enum cgswap_status error_no_memory(void);
enum cgswap_status error_bad_argument(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

#endif
