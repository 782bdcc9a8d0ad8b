/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/scratch_cgroup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define SCRATCH_PREFIX "cgswap-scratch-"

int scratch_cgroup_make(struct scratch_cgroup *out, struct kernel *kernel, int parent_fd)
{
	enum { TRIES = 64 };

	out->kernel = kernel;
	out->parent_fd = parent_fd;
	out->fd = -EEXIST;
	out->made_by = getpid();
	/* few names, so that a cgroup that a killed process left is found by the next one */
	for (int i = 0; i < TRIES && out->fd == -EEXIST; i++) {
		snprintf(out->name, sizeof(out->name), SCRATCH_PREFIX "%d", i);
		out->fd = kernel->ops->cgroup_make(kernel, parent_fd, out->name);
	}
	return out->fd < 0 ? out->fd : 0;
}

void scratch_cgroup_remove(struct scratch_cgroup *scratch)
{
	if (scratch->made_by == getpid())
		scratch->kernel->ops->cgroup_remove(scratch->kernel, scratch->parent_fd,
						    scratch->name);
	scratch->kernel->ops->close(scratch->kernel, scratch->fd);
}

bool scratch_cgroup_is_name(const char *name)
{
	size_t length = strlen(SCRATCH_PREFIX);

	return strncmp(name, SCRATCH_PREFIX, length) == 0 && text_is_digits(name + length);
}

int scratch_cgroup_attach(const struct scratch_cgroup *scratch, int program_fd, uint32_t type,
			  uint32_t flags)
{
	const struct kernel_attach request = {
		.target_fd = scratch->fd,
		.program_fd = program_fd,
		.type = type,
		.flags = KERNEL_MULTI | flags,
	};

	return scratch->kernel->ops->attach(scratch->kernel, &request);
}

int scratch_cgroup_order(const struct scratch_cgroup *scratch, uint32_t type, uint32_t *ids,
			 size_t *count)
{
	struct kernel_query query = {
		.target_fd = scratch->fd,
		.type = type,
		.query_flags = KERNEL_QUERY_EFFECTIVE,
		.ids = (uintptr_t)ids,
		.count = (uint32_t)*count,
	};
	int err = scratch->kernel->ops->query(scratch->kernel, &query);

	*count = query.count;
	return err;
}
