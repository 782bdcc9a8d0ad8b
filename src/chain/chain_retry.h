/* SPDX-License-Identifier: BSD-2-Clause */
/* Retries for a chain that other writers change while a change of ours is prepared. */
#ifndef CGSWAP_CHAIN_CHAIN_RETRY_H
#define CGSWAP_CHAIN_CHAIN_RETRY_H

#include "cgroup/cgroup.h"
#include "kernel/attach_type.h"

/* Default number of attempts to prepare a change for the present chain. */
enum { CHAIN_TRIES = 4 };

/* The error after this many tries, each on a chain that had changed again. */
enum cgswap_status chain_error_kept_changing(const struct cgroup *cgroup,
					     const struct attach_type *type, int tries);

#endif
