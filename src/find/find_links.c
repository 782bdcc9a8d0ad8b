/* SPDX-License-Identifier: BSD-2-Clause */
/* The links that hold the programs, and the entries that these links hold. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "find/find.h"
#include "kernel/errno_error.h"
#include "kernel/link_table.h"

static enum cgswap_status find_add_link(struct cgswap_find *find, const struct kernel_link *info)
{
	struct find_link *link;

	if (!find_program_by_id(find, info->program_id))
		return CGSWAP_OK;
	link = find_list_add(&find->links, sizeof(*link));
	if (!link)
		return error_no_memory();
	link->id = info->id;
	link->program_id = info->program_id;
	if (info->of_cgroup) {
		link->type = attach_type_by_number(info->attach_type);
		link->cgroup_id = info->cgroup_id;
	}
	return CGSWAP_OK;
}

static enum cgswap_status find_read_link(struct cgswap_find *find, struct find_missed *missed,
					 uint32_t id)
{
	struct kernel *kernel = find->session->kernel;
	struct kernel_link link = { 0 };
	char name[16];
	int err = link_read_by_id(&link, kernel, id);

	if (err > 0)
		return find_add_link(find, &link);
	if (error_is_exhaustion(err))
		return error_from_errno(kernel, 0, -err, "link %u{link_id} cannot be read", id);
	/* a link that is being created holds nothing yet */
	if (err && err != -EAGAIN) {
		snprintf(name, sizeof(name), "%u", id);
		find_miss(missed, name, -err);
	}
	return CGSWAP_OK;
}

static int find_compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* By cgroup, attach type and program. */
static int find_compare_holds(const void *a, const void *b)
{
	const struct find_entry *first = *(struct find_entry *const *)a;
	const struct find_entry *second = *(struct find_entry *const *)b;
	int order = find_compare_numbers(first->cgroup_id, second->cgroup_id);

	if (!order)
		order = find_compare_numbers(first->type->number, second->type->number);
	return order ? order : find_compare_numbers(first->program_id, second->program_id);
}

/* The kernel does not report which link holds which of several entries of one program. */
static void find_match_link(const struct find_link *link, struct find_entry **sorted, size_t count)
{
	struct find_entry wanted = {
		.cgroup_id = link->cgroup_id,
		.type = link->type,
		.program_id = link->program_id,
	};
	struct find_entry *key = &wanted, **found;

	if (!link->cgroup_id || !link->type || !count)
		return;
	found = bsearch(&key, sorted, count, sizeof(struct find_entry *), find_compare_holds);
	if (!found || (found > sorted && !find_compare_holds(&key, found - 1)) ||
	    (found + 1 < sorted + count && !find_compare_holds(&key, found + 1)))
		return;
	(*found)->link_id = link->id;
}

static enum cgswap_status find_match_links(struct cgswap_find *find)
{
	size_t count = find->entries.count;
	struct find_entry **sorted = calloc(count + 1, sizeof(struct find_entry *));

	if (!sorted)
		return error_no_memory();
	for (size_t i = 0; i < count; i++)
		sorted[i] = FIND_AT(&find->entries, struct find_entry, i);
	qsort(sorted, count, sizeof(struct find_entry *), find_compare_holds);
	for (size_t i = 0; i < find->links.count; i++)
		find_match_link(FIND_AT(&find->links, struct find_link, i), sorted, count);
	free(sorted);
	return CGSWAP_OK;
}

enum cgswap_status find_links(struct cgswap_find *find)
{
	struct kernel *kernel = find->session->kernel;
	enum cgswap_status status = CGSWAP_OK;
	struct find_missed missed = { 0 };
	uint32_t id = 0, next = 0;
	int err;

	status = session_check_feature(find->session, CGSWAP_FEATURE_LINK_ID);
	if (status == CGSWAP_E_NO_MEMORY)
		return status;
	if (status)
		return find_add_unread(find, "links");
	while ((err = kernel->ops->next_link(kernel, id, &next)) == 0 && next > id && !status) {
		id = next;
		status = find_read_link(find, &missed, id);
	}
	if (!status && err != -ENOENT) {
		status = error_from_errno(kernel, CAPABILITY_BY_ID, err ? -err : EOVERFLOW,
					  "the links of this machine cannot be listed");
		if (!error_is_exhaustion(err))
			status = find_add_unread(find, "links");
	}
	if (!status)
		status = find_add_missed(find, "links", "link", "read", &missed);
	return status ? status : find_match_links(find);
}
