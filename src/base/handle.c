/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/handle.h"

#include "base/error.h"

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
	handle->seized = NULL;
}

static enum cgswap_status error_unavailable(unsigned state)
{
	if (state == CLOSED)
		return error_set(CGSWAP_CAUSE_HANDLE_CLOSED, 0, "the handle is closed");
	return error_set(CGSWAP_CAUSE_HANDLE_IN_USE, 0,
			 "another call on the same object has not ended");
}

enum cgswap_status handle_join(struct handle *handle)
{
	unsigned state = IDLE;

	if (!handle)
		return error_bad_argument("a handle is NULL");
	if (!atomic_compare_exchange_strong_explicit(&handle->state, &state, BUSY,
						     memory_order_acquire, memory_order_relaxed))
		return error_unavailable(state);
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
	return status;
}

enum cgswap_status handle_close(struct handle *handle, const char *operation)
{
	unsigned state = IDLE;

	error_begin(operation);
	if (!handle)
		return error_bad_argument("a handle is NULL");
	if (!atomic_compare_exchange_strong(&handle->state, &state, BUSY))
		return state == CLOSED ? CGSWAP_OK : error_unavailable(state);
	handle->shut(handle);
	atomic_store(&handle->state, CLOSED);
	return CGSWAP_OK;
}

bool handle_seize(struct handle *handle)
{
	unsigned state = IDLE;

	return atomic_compare_exchange_strong(&handle->state, &state, BUSY) || state == CLOSED;
}

void handle_give_back(struct handle *handle, bool shut)
{
	if (atomic_load(&handle->state) == CLOSED)
		return;
	if (shut)
		handle->shut(handle);
	atomic_store(&handle->state, shut ? CLOSED : IDLE);
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
	if (atomic_exchange(&handle->state, CLOSED) != CLOSED)
		handle->shut(handle);
	handle->free(handle);
}
