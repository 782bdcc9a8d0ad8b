/* SPDX-License-Identifier: BSD-2-Clause */
#include "lies.h"

#include "../lib/attach_types.h"
#include "fault_kernel.h"
#include "fixture.h"

#include <linux/bpf.h>

/* A wrong replace that takes two steps must look like one, so queries show a smaller revision. */
static uint64_t told(uint64_t revision)
{
	return revision ? revision - fault_kernel.hidden : 0;
}

static struct kernel_attach true_request(const struct kernel_attach *request)
{
	struct kernel_attach copy = *request;

	if (copy.revision)
		copy.revision += fault_kernel.hidden;
	return copy;
}

static int misplace(struct kernel *kernel, const struct kernel_attach *request)
{
	struct kernel_attach off = {
		.target_fd = request->target_fd,
		.program_fd = request->replace_fd,
		.type = request->type,
	};
	struct kernel_attach on = {
		.target_fd = request->target_fd,
		.program_fd = request->program_fd,
		.type = request->type,
		.flags = KERNEL_MULTI,
	};
	int err = kernel->ops->detach(kernel, &off);

	if (err)
		return err;
	fault_kernel.hidden++;
	return kernel->ops->attach(kernel, &on);
}

int lies_attach(struct kernel *kernel, const struct kernel_attach *request)
{
	struct kernel_attach copy = true_request(request);
	bool replaces = (request->flags & KERNEL_REPLACE) && (int)request->target_fd >= 0 &&
			request->replace_fd != request->program_fd;

	if (!replaces || fault_kernel.lie == FAULT_KERNEL_HONEST || fault_kernel.lie > FAULT_KERNEL_MISPLACES)
		return kernel->ops->attach(kernel, &copy);
	if (fault_kernel.lies_skipped) {
		fault_kernel.lies_skipped--;
		return kernel->ops->attach(kernel, &copy);
	}
	if (fault_kernel.lies++ >= fault_kernel.lies_told) {
		/* no more wrong answers; the calls that undo one may fail */
		return fault_kernel.fail_back ? -fault_kernel.fail_back : kernel->ops->attach(kernel, &copy);
	}
	switch (fault_kernel.lie) {
	case FAULT_KERNEL_APPENDS:
		copy.flags &= ~(uint32_t)KERNEL_REPLACE;
		return kernel->ops->attach(kernel, &copy);
	case FAULT_KERNEL_MISPLACES:
		return misplace(kernel, &copy);
	default:
		return 0;
	}
}

int lies_detach(struct kernel *kernel, const struct kernel_attach *request)
{
	struct kernel_attach copy = true_request(request);

	if (fault_kernel.lies && fault_kernel.fail_back)
		return -fault_kernel.fail_back;
	return kernel->ops->detach(kernel, &copy);
}

/* Replaces the plain entry beside the fixture's link. */
static int miss(struct kernel *kernel, int program_fd)
{
	const struct kernel_attach request = {
		.target_fd = fixture.cgroup[0],
		.program_fd = program_fd,
		.type = INGRESS,
		.flags = KERNEL_MULTI | KERNEL_REPLACE,
		.replace_fd = fixture.side_old[SIDE_PLAIN],
	};

	return kernel->ops->attach(kernel, &request);
}

int lies_link_update(struct kernel *kernel, const struct kernel_link_update *request)
{
	bool lies = fault_kernel.lie == FAULT_KERNEL_LINK_IDLES || fault_kernel.lie == FAULT_KERNEL_LINK_MISSES;

	if ((int)request->link_fd < 0 || !lies || fault_kernel.lies++ >= fault_kernel.lies_told)
		return kernel->ops->link_update(kernel, request);
	return fault_kernel.lie == FAULT_KERNEL_LINK_IDLES ? 0 : miss(kernel, (int)request->new_fd);
}

/* Some kernels confuse the position in the list with the position in the effective order. */
static void misorder(struct kernel_query *request)
{
	uint32_t *ids = (uint32_t *)(uintptr_t)request->ids;

	if (request->query_flags == KERNEL_QUERY_EFFECTIVE && request->count == 2 && ids &&
	    request->type == BPF_CGROUP_INET_SOCK_RELEASE)
		ids[0] = ids[1];
}

int lies_query(struct kernel *kernel, struct kernel_query *request)
{
	int err = kernel->ops->query(kernel, request);

	if (!err && fault_kernel.misorders)
		misorder(request);
	request->revision = told(request->revision);
	return err;
}
