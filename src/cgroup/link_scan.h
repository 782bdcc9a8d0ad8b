/* SPDX-License-Identifier: BSD-2-Clause */
/* The links that hold programs of a chain, from the session's table of all links. */
#ifndef CGSWAP_CGROUP_LINK_SCAN_H
#define CGSWAP_CGROUP_LINK_SCAN_H

#include "cgroup/cgroup.h"

struct link_scan_entry {
	uint32_t program_id;
	uint32_t link_id;
};

struct link_scan {
	struct link_scan_entry *list; /* malloc'ed; the oldest link first */
	size_t count;
};

/* The links of one cgroup and attach type; -EPERM without the privilege, -EINVAL before 5.8. */
int link_scan_read(struct link_scan *out, const struct cgroup *cgroup, uint32_t type);

void link_scan_free(struct link_scan *scan);

/* The number of links that hold this program, and the id of one of them (0: none). */
size_t link_scan_count(const struct link_scan *scan, uint32_t program_id);
uint32_t link_scan_find(const struct link_scan *scan, uint32_t program_id);

/* The id of the n-th of them, from 0; 0 past the last. */
uint32_t link_scan_at(const struct link_scan *scan, uint32_t program_id, size_t n);

#endif
