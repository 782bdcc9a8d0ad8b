/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CGSWAP_KERNEL_LINK_UPDATE_ORDER_H
#define CGSWAP_KERNEL_LINK_UPDATE_ORDER_H

#include "kernel/kernel.h"

/*
 * Tries in a scratch cgroup whether LINK_UPDATE finds the entry of its link among preorder entries:
 * 1 or 0, or a negative errno where it cannot be tried. Kernels before 7.2 take the wrong one.
 */
int link_update_order_try(struct kernel *kernel, int parent_fd);

#endif
