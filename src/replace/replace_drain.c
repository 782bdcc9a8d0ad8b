/* SPDX-License-Identifier: BSD-2-Clause */
/* After a commit: waits until no CPU runs the old programs. */
#include <errno.h>

#include "base/error.h"
#include "kernel/errno_error.h"
#include "replace/replace.h"

static enum cgswap_status error_drain(const struct cgswap_replace *replace, int errnum)
{
	struct kernel *kernel = replace->session->kernel;
	struct error_text text;

	if (error_is_exhaustion(-errnum))
		return error_from_errno(kernel, 0, errnum,
					"waiting until no CPU runs the old programs failed");
	if (replace->length != 1 || !replace->steps[0]->target.old)
		return error_set(
			CGSWAP_CAUSE_DRAIN_UNAVAILABLE, errnum,
			"this kernel offers no way to wait until no CPU runs the old programs");
	error_text_clear(&text);
	error_text_add(&text, "this kernel offers no way to wait until no CPU runs program ");
	program_add_label(&text, kernel, replace->steps[0]->target.old->info.id);
	return error_set_text(CGSWAP_CAUSE_DRAIN_UNAVAILABLE, errnum, &text);
}

/* Without a committed step the wait is harmless. */
enum cgswap_status cgswap_replace_drain(cgswap_replace *replace)
{
	enum cgswap_status status = handle_enter(replace ? &replace->handle : NULL, "drain");
	struct kernel *kernel;
	int err;

	if (status)
		return status;
	kernel = replace->session->kernel;
	err = kernel->ops->drain(kernel);
	return handle_leave(&replace->handle, err ? error_drain(replace, -err) : CGSWAP_OK);
}
