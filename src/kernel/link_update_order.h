/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CGSWAP_KERNEL_LINK_UPDATE_ORDER_H
#define CGSWAP_KERNEL_LINK_UPDATE_ORDER_H

#include "kernel/kernel.h"

/*
 * Probes in a scratch cgroup whether LINK_UPDATE finds the entry of its link beside preorder
 * entries. Returns 1 or 0, or a negative errno if it cannot be probed. Kernels before 7.2 update
 * the wrong entry.
 */
int link_update_order_probe(struct kernel *kernel, int parent_fd);

#endif
