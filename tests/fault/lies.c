/* SPDX-License-Identifier: BSD-2-Clause */
#include "lies.h"

#include "../lib/attach_types.h"
#include "fault_kernel.h"
#include "fixture.h"

#include <linux/bpf.h>

/* A lie that took two steps looks like one: what is told of revisions is that much behind. */
static uint64_t told(uint64_t revision)
{
	return revision ? revision - door.hidden : 0;
}

static struct kernel_attach truly(const struct kernel_attach *request)
{
	struct kernel_attach copy = *request;

	if (copy.revision)
		copy.revision += door.hidden;
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
	door.hidden++;
	return kernel->ops->attach(kernel, &on);
}

int lies_attach(struct kernel *kernel, const struct kernel_attach *request)
{
	struct kernel_attach copy = truly(request);
	bool replaces = (request->flags & KERNEL_REPLACE) && (int)request->target_fd >= 0;

	if (!replaces || door.lie == DOOR_HONEST || door.lie > DOOR_MISPLACES)
		return kernel->ops->attach(kernel, &copy);
	if (door.lies_skipped) {
		door.lies_skipped--;
		return kernel->ops->attach(kernel, &copy);
	}
	if (door.lies++ >= door.lies_told) {
		/* the lies are told; what would take them back may be hindered */
		return door.fail_back ? -door.fail_back : kernel->ops->attach(kernel, &copy);
	}
	switch (door.lie) {
	case DOOR_APPENDS:
		copy.flags &= ~(uint32_t)KERNEL_REPLACE;
		return kernel->ops->attach(kernel, &copy);
	case DOOR_MISPLACES:
		return misplace(kernel, &copy);
	default:
		return 0;
	}
}

int lies_detach(struct kernel *kernel, const struct kernel_attach *request)
{
	struct kernel_attach copy = truly(request);

	if (door.lies && door.fail_back)
		return -door.fail_back;
	return kernel->ops->detach(kernel, &copy);
}

/* Into the plain entry beside the stage's link. */
static int miss(struct kernel *kernel, int program_fd)
{
	const struct kernel_attach request = {
		.target_fd = stage.cgroup[0],
		.program_fd = program_fd,
		.type = INGRESS,
		.flags = KERNEL_MULTI | KERNEL_REPLACE,
		.replace_fd = stage.side_old[SIDE_PLAIN],
	};

	return kernel->ops->attach(kernel, &request);
}

int lies_link_update(struct kernel *kernel, const struct kernel_link_update *request)
{
	bool lies = door.lie == DOOR_LINK_IDLES || door.lie == DOOR_LINK_MISSES;

	if ((int)request->link_fd < 0 || !lies || door.lies++ >= door.lies_told)
		return kernel->ops->link_update(kernel, request);
	return door.lie == DOOR_LINK_IDLES ? 0 : miss(kernel, (int)request->new_fd);
}

/* As kernels showed it that took the place in the list for the place in the order. */
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

	if (!err && door.misorders)
		misorder(request);
	request->revision = told(request->revision);
	return err;
}
