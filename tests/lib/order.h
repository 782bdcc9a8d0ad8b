/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file order.h
 * The kernel's rule for the order in which programs run, written out once more for multi
 * chains: first all preorder entries, those of the topmost cgroup first, then all others from
 * the cgroup itself upwards. What PROG_QUERY says of a fixture that the test built itself is
 * compared with this.
 */
#ifndef TESTS_LIB_ORDER_H
#define TESTS_LIB_ORDER_H

#include "chains.h"

enum { ORDER_MAX = 64 };

/** One cgroup's list, as the test believes it to be. */
struct order_list {
	size_t count;
	uint32_t ids[ORDER_MAX];
	bool preorder[ORDER_MAX];
};

/** Adds at the end. */
void order_append(struct order_list *list, uint32_t id, bool preorder);

/** The effective programs of the last of several nested cgroups, topmost first. */
struct raw_chain order_effective(const struct order_list *lists, size_t levels);

/** Whether the cgroup's own list is this one. Tells both when not. */
bool order_holds(int cgroup, uint32_t type, const struct order_list *list);

/** Whether these effective programs are those of the last of the nested cgroups. */
bool order_effective_holds(int cgroup, uint32_t type, const struct order_list *lists,
			   size_t levels);

#endif
