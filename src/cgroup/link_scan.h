/* SPDX-License-Identifier: BSD-2-Clause */
/* Which links hold programs of a chain: a query does not tell, so all links are looked at once. */
#ifndef CGSWAP_CGROUP_LINK_SCAN_H
#define CGSWAP_CGROUP_LINK_SCAN_H

#include "kernel/kernel.h"

struct link_holder {
	uint32_t program_id;
	uint32_t link_id;
};

struct link_scan {
	struct link_holder *list; /* malloc'ed */
	size_t count;
};

/*
 * A link by its id. One that somebody is just making has an id and cannot be opened yet, which is a
 * matter of microseconds: it is waited for.
 */
int link_open_by_id(struct kernel *kernel, uint32_t id);

/* The links of one cgroup and attach type; -EPERM without the privilege, -EINVAL before 5.8. */
int link_scan_read(struct link_scan *out, struct kernel *kernel, uint64_t cgroup_id, uint32_t type);

void link_scan_free(struct link_scan *holders);

/* How many of them hold this program, and one that does (0: none). */
size_t link_scan_count(const struct link_scan *holders, uint32_t program_id);
uint32_t link_scan_find(const struct link_scan *holders, uint32_t program_id);

#endif
