/* SPDX-License-Identifier: BSD-2-Clause */
#include "order.h"

#include "tap.h"

#include <string.h>

void order_append(struct order_list *list, uint32_t id, bool preorder)
{
	if (list->count == ORDER_MAX)
		bail_out("more than %d entries", ORDER_MAX);
	list->ids[list->count] = id;
	list->preorder[list->count++] = preorder;
}

static void take(struct raw_chain *chain, const struct order_list *list, bool preorder)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->preorder[i] == preorder)
			chain->ids[chain->count++] = list->ids[i];
}

struct raw_chain order_effective(const struct order_list *lists, size_t levels)
{
	struct raw_chain chain = { .count = 0 };

	if (levels * ORDER_MAX > RAW_EFFECTIVE_MAX)
		bail_out("too many levels");
	for (size_t i = 0; i < levels; i++)
		take(&chain, &lists[i], true);
	for (size_t i = levels; i-- > 0;)
		take(&chain, &lists[i], false);
	return chain;
}

bool order_holds(int cgroup, uint32_t type, const struct order_list *list)
{
	struct raw_chain now = chain_now(cgroup, type), wanted = { .count = list->count };

	memcpy(wanted.ids, list->ids, list->count * sizeof(*list->ids));
	return chain_same(&now, &wanted);
}

bool order_effective_holds(int cgroup, uint32_t type, const struct order_list *lists,
			   size_t levels)
{
	struct raw_chain now = effective_now(cgroup, type);
	struct raw_chain wanted = order_effective(lists, levels);

	return chain_same(&now, &wanted);
}
