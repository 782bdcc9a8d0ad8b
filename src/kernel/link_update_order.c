/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/link_update_order.h"

#include <linux/bpf.h>
#include <stdbool.h>

#include "kernel/attach_type.h"
#include "kernel/probe_program.h"
#include "kernel/scratch_cgroup.h"

enum { PREORDER, OLD, NEW, PROGRAMS };
enum { CAPACITY = 4 * KERNEL_CHAIN_MAX };

/* True if both run, the first before the second. */
static bool link_update_runs_before(const uint32_t *ids, size_t count, uint32_t first,
				    uint32_t second)
{
	size_t first_at = CAPACITY, second_at = CAPACITY;

	for (size_t i = 0; i < count && i < CAPACITY; i++) {
		first_at = ids[i] == first ? i : first_at;
		second_at = ids[i] == second ? i : second_at;
	}
	return first_at < second_at && second_at < CAPACITY;
}

/*
 * Makes a chain of a link and, after it, a preorder entry, which runs first. Then updates the link:
 * if the kernel updates the right entry, the preorder program still runs before the new one.
 */
static int link_update_order_with(const struct scratch_cgroup *scratch, const int *programs,
				  uint32_t type)
{
	struct kernel *kernel = scratch->kernel;
	const struct kernel_link_create create = {
		.target_fd = scratch->fd,
		.program_fd = programs[OLD],
		.type = type,
	};
	struct kernel_link_update update = {
		.new_fd = programs[NEW],
		.old_fd = programs[OLD],
		.flags = KERNEL_REPLACE,
	};
	uint32_t ids[CAPACITY], preorder_id, new_id;
	size_t count = CAPACITY;
	int err, link = kernel->ops->link_create(kernel, &create);

	if (link < 0)
		return link;
	update.link_fd = link;
	err = probe_program_id(&preorder_id, kernel, programs[PREORDER]);
	if (!err)
		err = probe_program_id(&new_id, kernel, programs[NEW]);
	if (!err)
		err = scratch_cgroup_attach(scratch, programs[PREORDER], type, KERNEL_PREORDER);
	if (!err)
		err = kernel->ops->link_update(kernel, &update);
	if (!err)
		err = scratch_cgroup_order(scratch, type, ids, &count);
	kernel->ops->close(kernel, link);
	return err ? err : link_update_runs_before(ids, count, preorder_id, new_id);
}

int link_update_order_probe(struct kernel *kernel, int parent_fd)
{
	/* a rarely used attach type, so that the rest of the machine is not affected */
	const struct attach_type *type = attach_type_by_number(BPF_CGROUP_INET_SOCK_RELEASE);
	int programs[PROGRAMS] = { -1, -1, -1 };
	struct scratch_cgroup scratch;
	int err = 0;

	for (int i = 0; i < PROGRAMS && !err; i++) {
		programs[i] = probe_program_load(kernel, type);
		err = programs[i] < 0 ? programs[i] : 0;
	}
	if (!err)
		err = scratch_cgroup_make(&scratch, kernel, parent_fd);
	if (!err) {
		err = link_update_order_with(&scratch, programs, type->number);
		scratch_cgroup_remove(&scratch);
	}
	for (int i = 0; i < PROGRAMS; i++)
		if (programs[i] >= 0)
			kernel->ops->close(kernel, programs[i]);
	return err;
}
