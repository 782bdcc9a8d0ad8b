/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup/plain_probe.h"

#include <errno.h>

/*
 * An attach of the program before itself cannot succeed. If the program has a plain entry, the
 * kernel rejects a second one (EINVAL); if only a link holds it, the anchor is missing (ENOENT).
 * EINVAL has a second meaning, a program for another attach type, which only a link can hold, after
 * an update. The same attach without a cgroup gets EINVAL then, too, and EBADF otherwise.
 */
enum plain_answer plain_ask(const struct cgroup *cgroup, const struct attach_type *type,
			    int program_fd)
{
	struct kernel *kernel = cgroup->kernel;
	const struct kernel_attach request = {
		.target_fd = (uint32_t)cgroup_fd(cgroup),
		.program_fd = (uint32_t)program_fd,
		.type = type->number,
		.flags = KERNEL_MULTI | KERNEL_BEFORE,
		.relative = (uint32_t)program_fd,
	};
	int err;

	if (!session_feature(cgroup->session, CGSWAP_FEATURE_ORDERING))
		return PLAIN_UNKNOWN;
	err = kernel->ops->attach(kernel, &request);
	if (err == -ENOENT)
		return PLAIN_NO;
	if (err != -EINVAL)
		return PLAIN_UNKNOWN;
	err = feature_dry_attach(kernel, program_fd, type->number, KERNEL_MULTI);
	if (err == -EINVAL)
		return PLAIN_NO;
	return err == -EBADF ? PLAIN_YES : PLAIN_UNKNOWN;
}

bool plain_probe(const struct cgroup *cgroup, const struct attach_type *type, int program_fd)
{
	return plain_ask(cgroup, type, program_fd) == PLAIN_YES;
}
