/* SPDX-License-Identifier: BSD-2-Clause */
/* Infers from the effective order which entries of a chain are preorder. Pure. */
#ifndef CGSWAP_CGROUP_PREORDER_ORDER_H
#define CGSWAP_CGROUP_PREORDER_ORDER_H

#include "cgroup/snapshot.h"

/*
 * Preorder entries run before the other entries of their chain. The answers go to out, one for each
 * entry of own; DEFAULT if the order does not decide.
 */
void preorder_from_order(enum cgswap_preorder *out, const struct snapshot *own,
			 const struct snapshot *effective);

#endif
