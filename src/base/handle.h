/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every opaque handle begins with this: a reference count for its memory, and a state that lets
 * one thread in at a time and none after close.
 */
#ifndef CGSWAP_BASE_HANDLE_H
#define CGSWAP_BASE_HANDLE_H

#include <stdatomic.h>

#include <cgswap.h>

struct handle {
	atomic_uint refs;
	atomic_uint state;
	void (*shut)(struct handle *); /* lets go of everything but the memory; called once */
	void (*free)(struct handle *);
	struct handle *prev, *next; /* the session's children */
	struct handle *seized;      /* list of those that a closing session has entered */
};

void handle_init(struct handle *handle, void (*shut)(struct handle *),
		 void (*free)(struct handle *));

/*
 * Enters a handle for one call: clears the last error; refuses NULL, closed and busy handles.
 * After CGSWAP_OK the call ends with handle_leave(), which passes its status on. A call on
 * several handles enters the further ones by handle_join(), which leaves the last error alone.
 */
enum cgswap_status handle_enter(struct handle *handle, const char *operation);
enum cgswap_status handle_join(struct handle *handle);
enum cgswap_status handle_leave(struct handle *handle, enum cgswap_status status);

/* Enters for good: shuts, and marks closed. A second time is fine. */
enum cgswap_status handle_close(struct handle *handle, const char *operation);

/*
 * For a session that closes its children: seize one (false when it is in use; a closed one is
 * fine), and give it back as it was, or shut for good.
 */
bool handle_seize(struct handle *handle);
void handle_give_back(struct handle *handle, bool shut);

bool handle_is_open(const struct handle *handle);

void handle_ref(struct handle *handle);
/* The last one shuts the handle, if it is open, and frees it. */
void handle_unref(struct handle *handle);

#endif
