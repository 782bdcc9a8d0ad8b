/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup/link_scan.h"

#include <errno.h>
#include <stdlib.h>

static int link_scan_add(uint32_t link_id, uint32_t program_id, void *user)
{
	struct link_scan_entry *list;
	struct link_scan *scan = user;
	size_t at = scan->count;

	list = realloc(scan->list, (scan->count + 1) * sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (; at > 0 && list[at - 1].link_id > link_id; at--)
		list[at] = list[at - 1];
	list[at] = (struct link_scan_entry){ program_id, link_id };
	scan->list = list;
	scan->count++;
	return 0;
}

int link_scan_read(struct link_scan *out, const struct cgroup *cgroup, uint32_t type)
{
	int err;

	*out = (struct link_scan){ 0 };
	err = link_table_look_up(&cgroup->session->links, cgroup->kernel, cgroup->id, type,
				 link_scan_add, out);
	if (err)
		link_scan_free(out);
	return err;
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

uint32_t link_scan_at(const struct link_scan *scan, uint32_t program_id, size_t n)
{
	for (size_t i = 0; i < scan->count; i++)
		if (scan->list[i].program_id == program_id && !n--)
			return scan->list[i].link_id;
	return 0;
}

uint32_t link_scan_find(const struct link_scan *scan, uint32_t program_id)
{
	return link_scan_at(scan, program_id, 0);
}
