/* SPDX-License-Identifier: BSD-2-Clause */
/* Which links hold programs of a chain: a query does not tell, so all links are looked at once. */
#ifndef CGSWAP_CGROUP_LINK_SCAN_H
#define CGSWAP_CGROUP_LINK_SCAN_H

#include "kernel/kernel.h"

struct link_holder {
	uint32_t program_id;
	uint32_t link_id;
};

struct link_holders {
	struct link_holder *list; /* malloc'ed */
	size_t count;
};

/*
 * A link by its id. One that somebody is just making has an id and cannot be opened yet, which is a
 * matter of microseconds: it is waited for.
 */
int links_open(struct kernel *kernel, uint32_t id);

/* The links of one cgroup and attach type; -EPERM without the privilege, -EINVAL before 5.8. */
int links_of_chain(struct link_holders *out, struct kernel *kernel, uint64_t cgroup_id,
		   uint32_t type);

void links_free(struct link_holders *holders);

/* How many of them hold this program, and one that does (0: none). */
size_t links_count(const struct link_holders *holders, uint32_t program_id);
uint32_t links_holder(const struct link_holders *holders, uint32_t program_id);

#endif
