/* SPDX-License-Identifier: BSD-2-Clause */
/* Swaps a pin in steps, with no memory, so that a rollback cannot fail for lack of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "program/pin.h"
#include "program/pin_leftover.h"

char *pin_swap_buffer(const char *path)
{
	return calloc(1, strlen(path) + PIN_TEMP_EXTRA);
}

enum cgswap_status pin_swap_begin(struct pin_swap *out, struct cgswap_session *session,
				  const char *path, char *temp, struct pin_object running)
{
	enum cgswap_status status = pin_check_path(session, path);

	*out = (struct pin_swap){ .session = session, .path = path, .temp = temp, .lock = -1 };
	if (status)
		return status;
	out->lock = pin_temp_lock(session->kernel, path);
	if (out->lock < 0) {
		int err = out->lock;

		out->lock = -1;
		return pin_error(session, -err, path);
	}
	pin_leftover_clear(session, path, running);
	return CGSWAP_OK;
}

enum cgswap_status pin_swap_stage(struct pin_swap *swap, int fd, struct pin_object new,
				  struct pin_object old)
{
	struct kernel *kernel = swap->session->kernel;
	struct pin_object found;
	int err;

	pin_temp_name(swap->temp, swap->path, new, old);
	err = kernel->ops->pin(kernel, fd, swap->temp);
	/* left by a process that was killed, for the same swap */
	if (err == -EEXIST && !pin_object_read(&found, kernel, swap->temp) &&
	    pin_object_same(found, new))
		err = 0;
	if (err)
		return pin_error(swap->session, -err, err == -EEXIST ? swap->temp : swap->path);
	swap->new = new;
	swap->old = old;
	swap->staged_by = getpid();
	return CGSWAP_OK;
}

enum cgswap_status pin_swap_publish(struct pin_swap *swap)
{
	int err = pin_temp_exchange(swap->session->kernel, swap->temp, swap->path, swap->new,
				    swap->old);

	if (err)
		return pin_error(swap->session, -err, swap->path);
	swap->staged_by = 0;
	return CGSWAP_OK;
}

void pin_swap_discard(struct pin_swap *swap)
{
	if (swap->staged_by && swap->staged_by == getpid())
		swap->session->kernel->ops->unpin(swap->session->kernel, swap->temp);
	swap->staged_by = 0;
}

void pin_swap_remove(struct pin_swap *swap, struct pin_object object)
{
	bool staged = swap->staged_by && pin_object_same(swap->new, object);

	if (pin_temp_remove(swap->session->kernel, swap->path, object,
			    staged ? swap->temp : NULL) &&
	    staged)
		swap->staged_by = 0;
}

void pin_swap_end(struct pin_swap *swap)
{
	if (swap->lock < 0)
		return;
	pin_swap_discard(swap);
	swap->session->kernel->ops->pin_unlock(swap->session->kernel, swap->lock);
	swap->lock = -1;
}
