/* SPDX-License-Identifier: BSD-2-Clause */
/* What one query tells of a chain: ids in order, mode and revision. */
#ifndef CGSWAP_CGROUP_SNAPSHOT_H
#define CGSWAP_CGROUP_SNAPSHOT_H

#include "session/session.h"

struct snapshot {
	uint32_t *ids;
	size_t count, capacity;
	uint32_t mode; /* KERNEL_MULTI, KERNEL_OVERRIDE or 0 */
	uint64_t revision;
};

/*
 * Reads the chain anew into out, whose memory is reused; on a refusal what it held is lost. A
 * session that is to do without revisions sees none.
 */
int snapshot_read(struct snapshot *out, struct cgswap_session *session, int cgroup_fd,
		  uint32_t type, uint32_t query_flags);

/* Makes room beforehand, so that a later read of a chain allocates nothing. */
int snapshot_reserve(struct snapshot *snapshot);

void snapshot_free(struct snapshot *snapshot);

/* How often a program stands there, and where first (count when it does not). */
size_t snapshot_occurrences(const struct snapshot *snapshot, uint32_t id);
size_t snapshot_find(const struct snapshot *snapshot, uint32_t id);

/* Whether both have the same programs in the same order. */
bool snapshot_same_list(const struct snapshot *a, const struct snapshot *b);

enum cgswap_mode snapshot_mode(const struct snapshot *snapshot);

#endif
