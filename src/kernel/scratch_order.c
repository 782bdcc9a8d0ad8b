/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/scratch_order.h"

#include <errno.h>

#include "kernel/scratch_cgroup.h"

int scratch_order_read(struct scratch_order *out, struct kernel *kernel, int cgroup_fd,
		       const struct attach_type *type, int probe_fd, uint32_t probe_id)
{
	struct scratch_cgroup scratch;
	int err = scratch_cgroup_make(&scratch, kernel, cgroup_fd);

	out->count = SCRATCH_ORDER_CAPACITY;
	out->before = 0;
	if (err)
		return err;
	err = scratch_cgroup_attach(&scratch, probe_fd, type->number, 0);
	if (!err)
		err = scratch_cgroup_order(&scratch, type->number, out->ids, &out->count);
	while (!err && out->before < out->count && out->ids[out->before] != probe_id)
		out->before++;
	if (!err && out->before == out->count)
		err = -ENOENT;
	scratch_cgroup_remove(&scratch);
	return err;
}

enum cgswap_preorder scratch_order_preorder(const struct scratch_order *order, uint32_t id)
{
	enum cgswap_preorder found = CGSWAP_PREORDER_DEFAULT;

	for (size_t i = 0; i < order->count; i++) {
		if (order->ids[i] != id)
			continue;
		if (found != CGSWAP_PREORDER_DEFAULT)
			return CGSWAP_PREORDER_DEFAULT;
		found = i < order->before ? CGSWAP_PREORDER_YES : CGSWAP_PREORDER_NO;
	}
	return found;
}
