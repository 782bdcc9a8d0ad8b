/* SPDX-License-Identifier: BSD-2-Clause */
/* A chain that others change while we prepare a change of our own. */
#ifndef CGSWAP_CHAIN_CHAIN_RETRY_H
#define CGSWAP_CHAIN_CHAIN_RETRY_H

#include "cgroup/cgroup.h"
#include "kernel/attach_type.h"

/* How often a change is prepared for the chain as it stands, where the caller does not say. */
enum { CHAIN_TRIES = 4 };

/* So many tries met a chain that had changed again. */
enum cgswap_status chain_error_kept_changing(const struct cgroup *cgroup,
					     const struct attach_type *type, int tries);

#endif
