/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file order.h
 * The kernel's rule for the order in which programs run, written out once more for multi
 * chains: first all preorder entries, those of the topmost cgroup first, then all others from
 * the cgroup itself upwards. Tests compare it with the result of PROG_QUERY for a fixture that they
 * built themselves.
 */
#ifndef TESTS_LIB_ORDER_H
#define TESTS_LIB_ORDER_H

#include "chains.h"

enum { ORDER_MAX = 64 };

/** The expected list of one cgroup. */
struct order_list {
	size_t count;
	uint32_t ids[ORDER_MAX];
	bool preorder[ORDER_MAX];
};

/** Adds an entry at the end. */
void order_append(struct order_list *list, uint32_t id, bool preorder);

/** The effective programs of the last of several nested cgroups, topmost first. */
struct raw_chain order_effective(const struct order_list *lists, size_t levels);

/** Checks that the cgroup's own list is this one; prints both if not. */
bool order_holds(int cgroup, uint32_t type, const struct order_list *list);

/** Checks that these are the effective programs of the last of the nested cgroups. */
bool order_effective_holds(int cgroup, uint32_t type, const struct order_list *lists,
			   size_t levels);

#endif
