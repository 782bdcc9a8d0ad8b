/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int snapshot_reserve(struct snapshot *snapshot, size_t capacity)
{
	uint32_t *ids;

	if (capacity <= snapshot->capacity)
		return 0;
	ids = realloc(snapshot->ids, capacity * sizeof(*ids));
	if (!ids)
		return -ENOMEM;
	snapshot->ids = ids;
	snapshot->capacity = (uint32_t)capacity;
	return 0;
}

void snapshot_fit(struct snapshot *snapshot)
{
	size_t capacity = snapshot->count ? snapshot->count : 1;
	uint32_t *ids = realloc(snapshot->ids, capacity * sizeof(*ids));

	if (!ids)
		return;
	snapshot->ids = ids;
	snapshot->capacity = (uint32_t)capacity;
}

/*
 * One query with the capacity of out. For lsm_cgroup the kernel requires a buffer for flags, which
 * it rejects for an effective list.
 */
static int snapshot_query(struct kernel_query *request, struct snapshot *out, struct kernel *kernel)
{
	uint32_t *flags = NULL;
	int err;

	request->ids = (uintptr_t)out->ids;
	request->count = out->capacity;
	if (request->type == ATTACH_LSM_CGROUP &&
	    !(request->query_flags & KERNEL_QUERY_EFFECTIVE)) {
		flags = calloc(out->capacity, sizeof(*flags));
		if (!flags)
			return -ENOMEM;
		request->program_flags = (uintptr_t)flags;
	}
	err = kernel->ops->query(kernel, request);
	free(flags);
	return err;
}

/* A bound for a list that grows between the queries. */
enum { QUERY_TRIES = 16 };

/*
 * An effective list, or that of lsm_cgroup, can be longer than a chain; it may grow between two
 * queries.
 */
int snapshot_read(struct snapshot *out, struct cgswap_session *session, int cgroup_fd,
		  uint32_t type, uint32_t query_flags)
{
	struct kernel_query request;
	int err = out->capacity ? 0 : snapshot_reserve(out, KERNEL_CHAIN_MAX);

	for (int i = 0; i < QUERY_TRIES && !err; i++) {
		request = (struct kernel_query){
			.target_fd = cgroup_fd,
			.type = type,
			.query_flags = query_flags,
		};
		err = snapshot_query(&request, out, session->kernel);
		if (err != -ENOSPC || i == QUERY_TRIES - 1)
			break;
		err = snapshot_reserve(out, request.count + KERNEL_CHAIN_MAX);
	}
	if (err) {
		out->count = 0;
		return err;
	}
	out->count = request.count;
	out->mode = request.attach_flags & (KERNEL_MULTI | KERNEL_OVERRIDE);
	out->revision = request.revision;
	if (session->disable_features & (1U << CGSWAP_FEATURE_REVISION))
		out->revision = 0;
	return 0;
}

void snapshot_free(struct snapshot *snapshot)
{
	free(snapshot->ids);
	*snapshot = (struct snapshot){ 0 };
}

size_t snapshot_occurrences(const struct snapshot *snapshot, uint32_t id)
{
	size_t found = 0;

	for (size_t i = 0; i < snapshot->count; i++)
		found += snapshot->ids[i] == id;
	return found;
}

size_t snapshot_find(const struct snapshot *snapshot, uint32_t id)
{
	size_t i = 0;

	while (i < snapshot->count && snapshot->ids[i] != id)
		i++;
	return i;
}

bool snapshot_same_list(const struct snapshot *a, const struct snapshot *b)
{
	return a->count == b->count &&
	       (!a->count || memcmp(a->ids, b->ids, a->count * sizeof(*a->ids)) == 0);
}

enum cgswap_mode snapshot_mode(const struct snapshot *snapshot)
{
	if (!snapshot->count)
		return CGSWAP_MODE_DEFAULT;
	if (snapshot->mode & KERNEL_MULTI)
		return CGSWAP_MODE_MULTI;
	return snapshot->mode & KERNEL_OVERRIDE ? CGSWAP_MODE_OVERRIDE : CGSWAP_MODE_NONE;
}
