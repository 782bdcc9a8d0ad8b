/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup/link_scan.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

static int link_scan_add(struct link_scan *scan, const struct kernel_link *link)
{
	struct link_scan_entry *list;

	list = realloc(scan->list, (scan->count + 1) * sizeof(*list));
	if (!list)
		return -ENOMEM;
	list[scan->count++] = (struct link_scan_entry){ link->program_id, link->id };
	scan->list = list;
	return 0;
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

int link_scan_read(struct link_scan *out, struct kernel *kernel, uint64_t cgroup_id, uint32_t type)
{
	const struct kernel_ops *ops = kernel->ops;
	struct kernel_link link;
	uint32_t before = 0, id = 0;
	int err, fd;

	*out = (struct link_scan){ 0 };
	/* detached links have cgroup id 0 */
	if (!cgroup_id)
		return -EACCES;
	/* ids ascend; a kernel that goes back would never come to an end */
	while ((err = ops->next_link(kernel, before, &id)) == 0 && id > before) {
		before = id;
		fd = link_open_by_id(kernel, id);
		if (fd == -ENOENT || fd == -EAGAIN)
			continue; /* removed, or not ready yet */
		if (fd < 0) {
			err = fd;
			break;
		}
		err = ops->link_info(kernel, fd, &link);
		ops->close(kernel, fd);
		if (err && err != -ENOENT)
			break;
		if (err || !link.of_cgroup || link.cgroup_id != cgroup_id ||
		    link.attach_type != type)
			continue;
		err = link_scan_add(out, &link);
		if (err)
			break;
	}
	if (err == -ENOENT)
		return 0; /* no more links */
	link_scan_free(out);
	return err ? err : -EOVERFLOW;
}

void link_scan_free(struct link_scan *scan)
{
	free(scan->list);
	*scan = (struct link_scan){ 0 };
}

size_t link_scan_count(const struct link_scan *scan, uint32_t program_id)
{
	size_t found = 0;

	for (size_t i = 0; i < scan->count; i++)
		found += scan->list[i].program_id == program_id;
	return found;
}

uint32_t link_scan_find(const struct link_scan *scan, uint32_t program_id)
{
	for (size_t i = 0; i < scan->count; i++)
		if (scan->list[i].program_id == program_id)
			return scan->list[i].link_id;
	return 0;
}
