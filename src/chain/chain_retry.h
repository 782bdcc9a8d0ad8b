/* SPDX-License-Identifier: BSD-2-Clause */
/* Retries for a chain that other writers change while a change of ours is prepared. */
#ifndef CGSWAP_CHAIN_CHAIN_RETRY_H
#define CGSWAP_CHAIN_CHAIN_RETRY_H

#include "base/retry.h"
#include "cgroup/cgroup.h"
#include "kernel/attach_type.h"
#include "session/session.h"

/* The minimum number of attempts; further ones follow until the session's retry time is over. */
enum { CHAIN_TRIES = 4 };

static inline struct retry chain_retry(const struct cgswap_session *session)
{
	return (struct retry){ .least = CHAIN_TRIES - 1, .time_ms = session->retry_time_ms };
}

/* Logs that a change ("attach") is tried again; once for all retries of a call. */
void chain_log_retry(struct cgswap_session *session, const struct cgroup *cgroup,
		     const struct attach_type *type, const char *change);

/* The error after this many tries, each on a chain that had changed again. */
enum cgswap_status chain_error_kept_changing(const struct cgroup *cgroup,
					     const struct attach_type *type, int64_t tries);

#endif
