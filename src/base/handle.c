/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/handle.h"

#include "base/error.h"
#include "base/interleave.h"

enum { IDLE = 0, BUSY = 1, CLOSED = 2 };

void handle_init(struct handle *handle, void (*shut)(struct handle *),
		 void (*free)(struct handle *))
{
	atomic_init(&handle->refs, 1);
	atomic_init(&handle->state, IDLE);
	handle->shut = shut;
	handle->free = free;
	handle->prev = NULL;
	handle->next = NULL;
	handle->next_to_close = NULL;
}

static bool handle_change_state(struct handle *handle, unsigned *from, unsigned to)
{
	return atomic_compare_exchange_strong_explicit(&handle->state, from, to,
						       memory_order_acquire, memory_order_relaxed);
}

static enum cgswap_status error_unavailable(unsigned state)
{
	if (state == CLOSED)
		return error_set(CGSWAP_CAUSE_HANDLE_CLOSED, 0, "the handle is closed");
	return error_set(CGSWAP_CAUSE_HANDLE_IN_USE, 0,
			 "another call on this handle is still running");
}

enum cgswap_status handle_join(struct handle *handle)
{
	unsigned state = IDLE;

	if (!handle)
		return error_bad_argument("a handle is NULL");
	if (!handle_change_state(handle, &state, BUSY))
		return error_unavailable(state);
	handle_ref(handle);
	return CGSWAP_OK;
}

enum cgswap_status handle_enter(struct handle *handle, const char *operation)
{
	error_begin(operation);
	return handle_join(handle);
}

enum cgswap_status handle_leave(struct handle *handle, enum cgswap_status status)
{
	atomic_store_explicit(&handle->state, IDLE, memory_order_release);
	interleave_point("handle_leave:idle");
	handle_unref(handle);
	return status;
}

enum cgswap_status handle_close(struct handle *handle, const char *operation)
{
	unsigned state = IDLE;

	error_begin(operation);
	if (!handle)
		return error_bad_argument("a handle is NULL");
	if (!handle_change_state(handle, &state, BUSY))
		return state == CLOSED ? CGSWAP_OK : error_unavailable(state);
	handle_ref(handle);
	handle_shut_claimed(handle);
	handle_unref(handle);
	return CGSWAP_OK;
}

bool handle_try_ref(struct handle *handle)
{
	unsigned refs = atomic_load_explicit(&handle->refs, memory_order_relaxed);

	while (refs)
		if (atomic_compare_exchange_weak_explicit(&handle->refs, &refs, refs + 1,
							  memory_order_acquire,
							  memory_order_relaxed))
			return true;
	return false;
}

bool handle_claim(struct handle *handle)
{
	unsigned state = IDLE;

	return handle_change_state(handle, &state, BUSY) || state == CLOSED;
}

void handle_unclaim(struct handle *handle)
{
	unsigned state = BUSY;

	atomic_compare_exchange_strong_explicit(&handle->state, &state, IDLE, memory_order_release,
						memory_order_relaxed);
}

void handle_shut_claimed(struct handle *handle)
{
	if (!handle_is_open(handle))
		return;
	handle->shut(handle);
	atomic_store_explicit(&handle->state, CLOSED, memory_order_release);
}

bool handle_is_open(const struct handle *handle)
{
	return handle && atomic_load_explicit(&handle->state, memory_order_relaxed) != CLOSED;
}

void handle_ref(struct handle *handle)
{
	atomic_fetch_add_explicit(&handle->refs, 1, memory_order_relaxed);
}

void handle_unref(struct handle *handle)
{
	if (atomic_fetch_sub_explicit(&handle->refs, 1, memory_order_acq_rel) != 1)
		return;
	interleave_point("handle_unref:last");
	if (atomic_exchange_explicit(&handle->state, CLOSED, memory_order_acquire) != CLOSED)
		handle->shut(handle);
	handle->free(handle);
}
