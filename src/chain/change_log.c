/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain/change_log.h"

#include <stdio.h>

void change_log_write(struct cgswap_session *session, const struct cgroup *cgroup,
		      const struct attach_type *type, const struct program *old,
		      const struct program *new, uint64_t revision)
{
	char known[40] = "";

	if (revision)
		snprintf(known, sizeof(known), " (revision %llu)", (unsigned long long)revision);
	if (!old)
		session_log(session, CGSWAP_LOG_INFO,
			    "program %u (%s) was attached to %s of '%s'%s", new->info.id, new->name,
			    type->short_name, cgroup->path, known);
	else if (!new)
		session_log(session, CGSWAP_LOG_INFO,
			    "program %u (%s) was detached from %s of '%s'%s", old->info.id,
			    old->name, type->short_name, cgroup->path, known);
	else
		session_log(session, CGSWAP_LOG_INFO,
			    "program %u (%s) was replaced by program %u (%s) in %s of '%s'%s",
			    old->info.id, old->name, new->info.id, new->name, type->short_name,
			    cgroup->path, known);
}
