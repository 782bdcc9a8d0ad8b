/* SPDX-License-Identifier: BSD-2-Clause */
/* The log has one line for each change that was made. */
#ifndef CGSWAP_CHAIN_CHANGE_LOG_H
#define CGSWAP_CHAIN_CHANGE_LOG_H

#include "cgroup/cgroup.h"
#include "program/program.h"

/*
 * old NULL: new was attached; new NULL: old was detached; otherwise old was replaced by new.
 * revision: after the change; 0: unknown. Allocates nothing.
 */
void change_log_write(struct cgswap_session *session, const struct cgroup *cgroup,
		      const struct attach_type *type, const struct program *old,
		      const struct program *new, uint64_t revision);

/* Inline, since a commit without a log should cost no more than its system calls. */
static inline void change_log(struct cgswap_session *session, const struct cgroup *cgroup,
			      const struct attach_type *type, const struct program *old,
			      const struct program *new, uint64_t revision)
{
	if (session_has_log(session))
		change_log_write(session, cgroup, type, old, new, revision);
}

#endif
