/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain/chain_retry.h"

#include <errno.h>

#include "base/error.h"

enum cgswap_status chain_error_kept_changing(const struct cgroup *cgroup,
					     const struct attach_type *type, int64_t tries)
{
	return error_set(
		CGSWAP_CAUSE_LOST_RACE, ESTALE,
		"%s{attach_type} of '%s'{cgroup} changed during each of %lld{count} attempts",
		type->short_name, cgroup->path, (long long)tries);
}
