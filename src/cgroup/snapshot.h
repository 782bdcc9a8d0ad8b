/* SPDX-License-Identifier: BSD-2-Clause */
/* The result of one query of a chain: ids in order, mode and revision. */
#ifndef CGSWAP_CGROUP_SNAPSHOT_H
#define CGSWAP_CGROUP_SNAPSHOT_H

#include "session/session.h"

struct snapshot {
	uint32_t *ids;
	size_t count;
	uint32_t capacity;
	uint32_t mode; /* KERNEL_MULTI, KERNEL_OVERRIDE or 0 */
	uint64_t revision;
};

/*
 * Reads the chain into out, whose memory is reused; after an error it is empty. A session that has
 * revisions disabled gets revision 0.
 */
int snapshot_read(struct snapshot *out, struct cgswap_session *session, int cgroup_fd,
		  uint32_t type, uint32_t query_flags);

/* Gives back the memory that it does not need. */
void snapshot_fit(struct snapshot *snapshot);

/* Allocates ahead, so that a later read of a chain does not. */
int snapshot_reserve(struct snapshot *snapshot, size_t capacity);

void snapshot_free(struct snapshot *snapshot);

/* The number of entries that a program has, and the position of its first (count: none). */
size_t snapshot_occurrences(const struct snapshot *snapshot, uint32_t id);
size_t snapshot_find(const struct snapshot *snapshot, uint32_t id);

/* True if both have the same programs in the same order. */
bool snapshot_same_list(const struct snapshot *a, const struct snapshot *b);

enum cgswap_mode snapshot_mode(const struct snapshot *snapshot);

#endif
