/* SPDX-License-Identifier: BSD-2-Clause */
#include "lies.h"

#include "door.h"

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

	if (!replaces || door.lie == DOOR_HONEST)
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

int lies_query(struct kernel *kernel, struct kernel_query *request)
{
	int err = kernel->ops->query(kernel, request);

	request->revision = told(request->revision);
	return err;
}
