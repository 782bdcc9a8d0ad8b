/* SPDX-License-Identifier: BSD-2-Clause */
#include "../lib/faults.h"

#include "kernel.h"

struct faults faults;

int model_faulty_attach(struct kernel *kernel, const struct kernel_attach *request,
			int (*healthy)(struct kernel *, const struct kernel_attach *))
{
	struct kernel_attach wrong = *request;

	if (!(request->flags & KERNEL_REPLACE) || (int)request->target_fd < 0)
		return healthy(kernel, request);
	faults.replaces++;
	if (faults.fail_errno && faults.replaces >= faults.fail_from)
		return -faults.fail_errno;
	if (faults.vanish)
		return 0;
	if (faults.append)
		wrong.flags &= ~(uint32_t)KERNEL_REPLACE;
	return healthy(kernel, &wrong);
}
