/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first member of every opaque handle: a reference count for its memory, and a state that lets
 * one thread in at a time and none after close. A call holds a reference to the handles it has
 * entered, so that a callback may drop the caller's last one.
 */
#ifndef CGSWAP_BASE_HANDLE_H
#define CGSWAP_BASE_HANDLE_H

#include <stdatomic.h>

#include <cgswap.h>

struct handle {
	atomic_uint word;              /* references and state, see handle.c */
	void (*shut)(struct handle *); /* releases everything but the memory; runs once */
	void (*free)(struct handle *); /* releases the memory; runs last */
	struct handle *prev, *next;    /* a session's children */
	struct handle *next_to_close;
};

void handle_init(struct handle *handle, void (*shut)(struct handle *),
		 void (*free)(struct handle *));

/*
 * Enters a handle for one call: clears the last error; fails for NULL, closed and busy handles.
 * After CGSWAP_OK the call ends with handle_leave(), which returns the status it is given. A call
 * on several handles enters the others with handle_join(), which does not clear the last error.
 */
enum cgswap_status handle_enter(struct handle *handle, const char *operation);
enum cgswap_status handle_join(struct handle *handle);
enum cgswap_status handle_leave(struct handle *handle, enum cgswap_status status);

/* Shuts the handle and marks it closed. A second close is CGSWAP_OK. */
enum cgswap_status handle_close(struct handle *handle, const char *operation);

/*
 * For a session that closes its children. handle_try_ref() takes a reference unless the last one is
 * gone, in which case the thread that dropped it is freeing the handle. handle_claim() enters an
 * idle handle, and is false for one in use; a closed handle counts as claimed. Then call one of the
 * other two: handle_unclaim() leaves the handle as it was, handle_shut_claimed() closes it.
 */
bool handle_try_ref(struct handle *handle);
bool handle_claim(struct handle *handle);
void handle_unclaim(struct handle *handle);
void handle_shut_claimed(struct handle *handle);

bool handle_is_open(const struct handle *handle);

void handle_ref(struct handle *handle);
/* Dropping the last reference shuts the handle, if it is still open, and frees it. */
void handle_unref(struct handle *handle);

#endif
