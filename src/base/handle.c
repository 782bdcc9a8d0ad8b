/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/handle.h"

#include "base/error.h"
#include "base/interleave.h"

/*
 * The word of a handle: two bits of state, and above them the count of references. A call changes
 * both in one step when it enters and in one when it leaves. Once CLOSED is set, BUSY means
 * nothing.
 */
enum { IDLE = 0, BUSY = 1, CLOSED = 2, STATE = BUSY | CLOSED, REFERENCE = 4 };

void handle_init(struct handle *handle, void (*shut)(struct handle *),
		 void (*free)(struct handle *))
{
	atomic_init(&handle->word, IDLE + REFERENCE);
	handle->shut = shut;
	handle->free = free;
	handle->prev = NULL;
	handle->next = NULL;
	handle->next_to_close = NULL;
}

/* Adds to the word of an idle handle. Otherwise returns the state that it has. */
static unsigned handle_add_if_idle(struct handle *handle, unsigned what)
{
	unsigned word = atomic_load_explicit(&handle->word, memory_order_relaxed);

	while ((word & STATE) == IDLE)
		if (atomic_compare_exchange_weak_explicit(&handle->word, &word, word + what,
							  memory_order_acquire,
							  memory_order_relaxed))
			return IDLE;
	return word & STATE;
}

/*
 * Subtracts from the word of a handle. Dropping the last reference shuts it, if it is still open,
 * and frees it.
 */
static void handle_subtract(struct handle *handle, unsigned what)
{
	unsigned before = atomic_fetch_sub_explicit(&handle->word, what, memory_order_acq_rel);

	if (before - what >= REFERENCE)
		return;
	interleave_point("handle_unref:last");
	if (!((before - what) & CLOSED))
		handle->shut(handle);
	handle->free(handle);
}

static enum cgswap_status error_unavailable(unsigned state)
{
	if (state & CLOSED)
		return error_set(CGSWAP_CAUSE_HANDLE_CLOSED, 0, "the handle is closed");
	return error_set(CGSWAP_CAUSE_HANDLE_IN_USE, 0,
			 "another call on this handle is still running");
}

enum cgswap_status handle_join(struct handle *handle)
{
	unsigned state;

	if (!handle)
		return error_bad_argument("a handle is NULL");
	state = handle_add_if_idle(handle, BUSY + REFERENCE);
	return state == IDLE ? CGSWAP_OK : error_unavailable(state);
}

enum cgswap_status handle_enter(struct handle *handle, const char *operation)
{
	error_begin(operation);
	return handle_join(handle);
}

enum cgswap_status handle_leave(struct handle *handle, enum cgswap_status status)
{
	interleave_point("handle_leave:busy");
	handle_subtract(handle, BUSY + REFERENCE);
	return status;
}

enum cgswap_status handle_close(struct handle *handle, const char *operation)
{
	unsigned state;

	error_begin(operation);
	if (!handle)
		return error_bad_argument("a handle is NULL");
	state = handle_add_if_idle(handle, BUSY + REFERENCE);
	if (state != IDLE)
		return state & CLOSED ? CGSWAP_OK : error_unavailable(state);
	handle_shut_claimed(handle);
	handle_unref(handle);
	return CGSWAP_OK;
}

bool handle_try_ref(struct handle *handle)
{
	unsigned word = atomic_load_explicit(&handle->word, memory_order_relaxed);

	while (word >= REFERENCE)
		if (atomic_compare_exchange_weak_explicit(&handle->word, &word, word + REFERENCE,
							  memory_order_acquire,
							  memory_order_relaxed))
			return true;
	return false;
}

bool handle_claim(struct handle *handle)
{
	return handle_add_if_idle(handle, BUSY) != BUSY;
}

void handle_unclaim(struct handle *handle)
{
	if (handle_is_open(handle))
		atomic_fetch_sub_explicit(&handle->word, BUSY, memory_order_release);
}

void handle_shut_claimed(struct handle *handle)
{
	if (!handle_is_open(handle))
		return;
	handle->shut(handle);
	atomic_fetch_or_explicit(&handle->word, CLOSED, memory_order_release);
}

bool handle_is_open(const struct handle *handle)
{
	unsigned word = handle ? atomic_load_explicit(&handle->word, memory_order_relaxed) : CLOSED;

	return !(word & CLOSED);
}

void handle_ref(struct handle *handle)
{
	atomic_fetch_add_explicit(&handle->word, REFERENCE, memory_order_relaxed);
}

void handle_unref(struct handle *handle)
{
	handle_subtract(handle, REFERENCE);
}
