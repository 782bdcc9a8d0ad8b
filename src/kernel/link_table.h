/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cgroup links of the machine, by cgroup and attach type. A query does not return links, and
 * the kernel lists them only one by one, so a table reads them once. A look-up then reads only what
 * may have changed: the links that are newer than the last one that the table has, and which
 * program the links of the chain hold now. A link never moves to another cgroup or attach type.
 */
#ifndef CGSWAP_KERNEL_LINK_TABLE_H
#define CGSWAP_KERNEL_LINK_TABLE_H

#include <pthread.h>

#include "kernel/kernel.h"

struct link_table_entry;

/* May be used by several threads. */
struct link_table {
	pthread_mutex_t lock;
	struct link_table_entry **buckets;
	size_t bucket_count; /* a power of 2, or 0 */
	size_t count;
	size_t count_at_walk; /* when all links were last read */
	uint32_t last_id;     /* links up to this id were read */
	unsigned look_ups;
};

void link_table_init(struct link_table *table);
void link_table_free(struct link_table *table);

/*
 * Opens a link by its id. A new link has an id some microseconds before it can be opened; this
 * waits for it.
 */
int link_open_by_id(struct kernel *kernel, uint32_t id);

/* Returns 1 if the link was read, 0 if it does not exist, -EAGAIN if it is not ready. */
int link_read_by_id(struct kernel_link *out, struct kernel *kernel, uint32_t id);

/* Takes a link of the chain; an errno < 0 ends the look-up and is its result. */
typedef int (*link_table_fn)(uint32_t link_id, uint32_t program_id, void *user);

/*
 * Calls fn for each link of a cgroup and attach type that exists now, in no order. Returns 0 or a
 * negative errno: -EPERM without the privilege, -EINVAL before Linux 5.8.
 */
int link_table_look_up(struct link_table *table, struct kernel *kernel, uint64_t cgroup_id,
		       uint32_t type, link_table_fn fn, void *user);

#endif
