/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain/chain_retry.h"

#include <errno.h>

#include "base/error.h"

void chain_log_retry(struct cgswap_session *session, const struct cgroup *cgroup,
		     const struct attach_type *type, const char *change)
{
	session_log(session, CGSWAP_LOG_DEBUG, "%s of '%s' changed: the %s is tried again",
		    type->short_name, cgroup->path, change);
}

enum cgswap_status chain_error_kept_changing(const struct cgroup *cgroup,
					     const struct attach_type *type, int64_t tries)
{
	return error_set(
		CGSWAP_CAUSE_LOST_RACE, ESTALE,
		"%s{attach_type} of '%s'{cgroup} changed during each of %lld{count} attempts",
		type->short_name, cgroup->path, (long long)tries);
}
