/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/link_table.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

struct link_table_entry {
	struct link_table_entry *next; /* in its bucket */
	uint64_t cgroup_id;
	uint32_t type;
	uint32_t link_id;
	uint32_t program_id; /* as of the look-up below */
	unsigned read_in;    /* number of the look-up that last read the link */
};

enum {
	FIRST_BUCKETS = 64,
	/* Links of others that were removed stay in the table until it has so many more. */
	STALE_MAX = 4096,
	/* Ids ascend to 2^31 - 1 and begin again: near the end all links are read each time. */
	LAST_ID_MAX = 1 << 30
};

void link_table_init(struct link_table *table)
{
	*table = (struct link_table){ 0 };
	pthread_mutex_init(&table->lock, NULL);
}

static void link_table_clear(struct link_table *table)
{
	for (size_t i = 0; i < table->bucket_count; i++) {
		struct link_table_entry *entry;

		while ((entry = table->buckets[i])) {
			table->buckets[i] = entry->next;
			free(entry);
		}
	}
	table->count = 0;
	table->last_id = 0;
}

void link_table_free(struct link_table *table)
{
	link_table_clear(table);
	free(table->buckets);
	pthread_mutex_destroy(&table->lock);
}

int link_open_by_id(struct kernel *kernel, uint32_t id)
{
	enum { TRIES = 100 };
	int fd = kernel->ops->link_by_id(kernel, id);

	for (int i = 0; i < TRIES && fd == -EAGAIN; i++) {
		sched_yield();
		fd = kernel->ops->link_by_id(kernel, id);
	}
	return fd;
}

/* ---- the hash table -------------------------------------------------------------------------- */

static struct link_table_entry **link_table_bucket(struct link_table_entry **buckets, size_t count,
						   uint64_t cgroup_id, uint32_t type)
{
	uint64_t hash = (cgroup_id * 64 + type) * 0x9e3779b97f4a7c15;

	return &buckets[(hash >> 32) & (count - 1)];
}

static int link_table_grow(struct link_table *table)
{
	size_t count = table->bucket_count ? 2 * table->bucket_count : FIRST_BUCKETS;
	struct link_table_entry **buckets, **bucket, *entry;

	if (table->count < table->bucket_count)
		return 0;
	buckets = calloc(count, sizeof(struct link_table_entry *));
	if (!buckets)
		return -ENOMEM;
	for (size_t i = 0; i < table->bucket_count; i++)
		while ((entry = table->buckets[i])) {
			table->buckets[i] = entry->next;
			bucket = link_table_bucket(buckets, count, entry->cgroup_id, entry->type);
			entry->next = *bucket;
			*bucket = entry;
		}
	free(table->buckets);
	table->buckets = buckets;
	table->bucket_count = count;
	return 0;
}

/* Adds a link that was just read; one that was not ready may be read twice. */
static int link_table_add(struct link_table *table, const struct kernel_link *link)
{
	struct link_table_entry **bucket, *entry;
	int err = link_table_grow(table);

	if (err)
		return err;
	bucket = link_table_bucket(table->buckets, table->bucket_count, link->cgroup_id,
				   link->attach_type);
	for (entry = *bucket; entry; entry = entry->next)
		if (entry->link_id == link->id)
			break;
	if (!entry) {
		entry = malloc(sizeof(*entry));
		if (!entry)
			return -ENOMEM;
		entry->next = *bucket;
		*bucket = entry;
		table->count++;
	}
	entry->cgroup_id = link->cgroup_id;
	entry->type = link->attach_type;
	entry->link_id = link->id;
	entry->program_id = link->program_id;
	entry->read_in = table->look_ups;
	return 0;
}

/* ---- reading links --------------------------------------------------------------------------- */

int link_read_by_id(struct kernel_link *out, struct kernel *kernel, uint32_t id)
{
	int err, fd = link_open_by_id(kernel, id);

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return fd;
	err = kernel->ops->link_info(kernel, fd, out);
	kernel->ops->close(kernel, fd);
	if (err)
		return err == -ENOENT ? 0 : err;
	return 1;
}

/* Adds the links that were made since the last look-up; at first, all. */
static int link_table_read_new(struct link_table *table, struct kernel *kernel)
{
	uint32_t at = table->last_id, id = 0;
	bool all = at == 0, unready = false;
	struct kernel_link link;
	int err;

	/* a kernel that goes back would never come to an end */
	while ((err = kernel->ops->next_link(kernel, at, &id)) == 0 && id > at) {
		at = id;
		err = link_read_by_id(&link, kernel, id);
		/* detached links have cgroup id 0 */
		if (err == 1 && link.of_cgroup && link.cgroup_id)
			err = link_table_add(table, &link);
		unready |= err == -EAGAIN;
		if (err < 0 && err != -EAGAIN)
			return err;
		/* from a link that is not ready yet on, all are read again */
		if (!unready)
			table->last_id = id;
	}
	if (err != -ENOENT)
		return err ? err : -EOVERFLOW;
	if (all)
		table->count_at_walk = table->count;
	return 0;
}

/* Finds out which program a link holds now. Returns 0 if the link no longer exists. */
static int link_table_refresh(struct link_table_entry *entry, const struct link_table *table,
			      struct kernel *kernel)
{
	struct kernel_link link;
	int err;

	if (entry->read_in == table->look_ups)
		return 1;
	err = link_read_by_id(&link, kernel, entry->link_id);
	if (err != 1)
		return err;
	if (!link.of_cgroup || link.cgroup_id != entry->cgroup_id ||
	    link.attach_type != entry->type)
		return 0;
	entry->program_id = link.program_id;
	entry->read_in = table->look_ups;
	return 1;
}

static int link_table_look_up_locked(struct link_table *table, struct kernel *kernel,
				     uint64_t cgroup_id, uint32_t type, link_table_fn fn,
				     void *user)
{
	struct link_table_entry **at, *entry;
	int err;

	table->look_ups++;
	if (table->last_id > LAST_ID_MAX || table->count > 2 * table->count_at_walk + STALE_MAX)
		link_table_clear(table);
	err = link_table_read_new(table, kernel);
	if (err || !table->count)
		return err;
	at = link_table_bucket(table->buckets, table->bucket_count, cgroup_id, type);
	while ((entry = *at)) {
		if (entry->cgroup_id != cgroup_id || entry->type != type) {
			at = &entry->next;
			continue;
		}
		err = link_table_refresh(entry, table, kernel);
		if (err == 1)
			err = fn(entry->link_id, entry->program_id, user);
		else if (err == 0) {
			*at = entry->next;
			free(entry);
			table->count--;
			continue;
		}
		if (err)
			return err;
		at = &entry->next;
	}
	return 0;
}

int link_table_look_up(struct link_table *table, struct kernel *kernel, uint64_t cgroup_id,
		       uint32_t type, link_table_fn fn, void *user)
{
	int err;

	/* no link has this id, but a detached one reports it */
	if (!cgroup_id)
		return -EACCES;
	pthread_mutex_lock(&table->lock);
	err = link_table_look_up_locked(table, kernel, cgroup_id, type, fn, user);
	pthread_mutex_unlock(&table->lock);
	return err;
}
