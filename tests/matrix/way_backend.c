/* SPDX-License-Identifier: BSD-2-Clause */
#include "ways.h"

#include "../lib/tap.h"
#include "fixture_objects.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static uint32_t anchor_of(struct ground *ground)
{
	const char *name = ground->row->anchor;

	if (!name)
		return 0;
	if (!strncmp(name, "id:", 3))
		return ground_anchor_id(ground, name + 3);
	return ground_fd(ground, name);
}

static int attach(struct ground *ground)
{
	const struct row *row = ground->row;
	const struct kernel_attach request = {
		.target_fd = ground_target(ground),
		.program_fd = ground_fd(ground, row->program),
		.type = ground->type,
		.flags = row->flags,
		.replace_fd = ground_fd(ground, row->old),
		.relative = anchor_of(ground),
		.revision = ground_revision(ground),
	};
	const struct kernel_ops *ops = ground->kernel->ops;

	return (row->call == DETACH ? ops->detach : ops->attach)(ground->kernel, &request);
}

static int link_create(struct ground *ground)
{
	const struct row *row = ground->row;
	const struct kernel_link_create request = {
		.program_fd = ground_fd(ground, row->program),
		.target_fd = ground_target(ground),
		.type = ground->type,
		.flags = row->flags,
		.relative = anchor_of(ground),
		.revision = ground_revision(ground),
	};
	int fd = ground->kernel->ops->link_create(ground->kernel, &request);

	if (fd < 0)
		return fd;
	things_add(ground, "made", fd, true);
	return 0;
}

static int link_update(struct ground *ground)
{
	const struct row *row = ground->row;
	const struct kernel_link_update request = {
		.link_fd = ground_fd(ground, row->link),
		.new_fd = ground_fd(ground, row->program),
		.flags = row->flags,
		.old_fd = ground_fd(ground, row->old),
	};

	return ground->kernel->ops->link_update(ground->kernel, &request);
}

static int query(struct ground *ground)
{
	const struct row *row = ground->row;
	uint32_t ids[RAW_CHAIN_MAX], flags[RAW_CHAIN_MAX], links[RAW_CHAIN_MAX],
		link_flags[RAW_CHAIN_MAX];
	struct kernel_query request = {
		.target_fd = ground_target(ground),
		.type = ground->type,
		.query_flags = row->query_flags,
		.ids = row->room ? (uintptr_t)ids : 0,
		.count = row->room,
		.program_flags = row->program_flags ? (uintptr_t)flags : 0,
		.link_ids = row->link_arrays ? (uintptr_t)links : 0,
		.link_flags = row->link_arrays ? (uintptr_t)link_flags : 0,
	};
	int err = ground->kernel->ops->query(ground->kernel, &request);

	/* with too little room the full count is told all the same */
	if (err == -ENOSPC && request.count <= row->room)
		bail_out("%s: ENOSPC, and the count is %u", row->name, request.count);
	return err;
}

int way_door(struct ground *ground)
{
	switch (ground->row->call) {
	case LINK_CREATE:
		return link_create(ground);
	case LINK_UPDATE:
		return link_update(ground);
	case LINK_DETACH:
		return ground->kernel->ops->link_detach(ground->kernel,
							ground_fd(ground, ground->row->link));
	case QUERY:
		return query(ground);
	case RAW:
		return ground->row->raw();
	default:
		return attach(ground);
	}
}

static void tell(struct ground *ground, const struct kernel_query *found, const uint32_t *ids)
{
	const struct rules_chain *wanted = ground_chain(ground);
	char line[1024] = "";
	size_t used = 0;

	for (uint32_t i = 0; i < found->count && i < 8; i++)
		used += snprintf(line + used, sizeof(line) - used, " %u", ids[i]);
	used += snprintf(line + used, sizeof(line) - used, " (%u, flags %u, revision %llu), by the rules",
			 found->count, found->attach_flags, (unsigned long long)found->revision);
	for (size_t i = 0; i < wanted->count && i < 8; i++)
		used += snprintf(line + used, sizeof(line) - used, " %u", wanted->entries[i].program);
	snprintf(line + used, sizeof(line) - used, " (%zu, mode %u, revision %llu)", wanted->count,
		 wanted->mode, (unsigned long long)wanted->revision);
	diag("there is%s", line);
}

bool way_as_shadow(struct ground *ground)
{
	const struct rules_chain *wanted = ground_chain(ground);
	bool up = wanted == &ground->up_chain;
	uint32_t ids[RAW_CHAIN_MAX];
	struct kernel_query found = {
		.target_fd = up ? ground->up : ground->here,
		.type = ground->type,
		.ids = (uintptr_t)ids,
		.count = RAW_CHAIN_MAX,
	};
	bool same;

	/* a removed cgroup cannot be read, nor can an attach type that is none */
	if (ground->removed || ground->kernel->ops->query(ground->kernel, &found))
		return true;
	same = found.count == wanted->count && found.attach_flags == wanted->mode &&
	       (!found.revision || found.revision == wanted->revision);
	for (size_t i = 0; same && i < wanted->count; i++)
		same = ids[i] == wanted->entries[i].program;
	if (!same)
		tell(ground, &found, ids);
	return same;
}
