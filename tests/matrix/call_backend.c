/* SPDX-License-Identifier: BSD-2-Clause */
#include "calls.h"

#include "../lib/tap.h"
#include "fixture_objects.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static uint32_t anchor_of(struct fixture *fixture)
{
	const char *name = fixture->row->anchor;

	if (!name)
		return 0;
	if (!strncmp(name, "id:", 3))
		return fixture_anchor_id(fixture, name + 3);
	return fixture_fd(fixture, name);
}

static int attach(struct fixture *fixture)
{
	const struct row *row = fixture->row;
	const struct kernel_attach request = {
		.target_fd = fixture_target(fixture),
		.program_fd = fixture_fd(fixture, row->program),
		.type = fixture->type,
		.flags = row->flags,
		.replace_fd = fixture_fd(fixture, row->old),
		.relative = anchor_of(fixture),
		.revision = fixture_revision(fixture),
	};
	const struct kernel_ops *ops = fixture->kernel->ops;

	return (row->call == DETACH ? ops->detach : ops->attach)(fixture->kernel, &request);
}

static int link_create(struct fixture *fixture)
{
	const struct row *row = fixture->row;
	const struct kernel_link_create request = {
		.program_fd = fixture_fd(fixture, row->program),
		.target_fd = fixture_target(fixture),
		.type = fixture->type,
		.flags = row->flags,
		.relative = anchor_of(fixture),
		.revision = fixture_revision(fixture),
	};
	int fd = fixture->kernel->ops->link_create(fixture->kernel, &request);

	if (fd < 0)
		return fd;
	fixture_objects_add(fixture, "made", fd, true);
	return 0;
}

static int link_update(struct fixture *fixture)
{
	const struct row *row = fixture->row;
	const struct kernel_link_update request = {
		.link_fd = fixture_fd(fixture, row->link),
		.new_fd = fixture_fd(fixture, row->program),
		.flags = row->flags,
		.old_fd = fixture_fd(fixture, row->old),
	};

	return fixture->kernel->ops->link_update(fixture->kernel, &request);
}

static int query(struct fixture *fixture)
{
	const struct row *row = fixture->row;
	uint32_t ids[RAW_CHAIN_MAX], flags[RAW_CHAIN_MAX], links[RAW_CHAIN_MAX],
		link_flags[RAW_CHAIN_MAX];
	struct kernel_query request = {
		.target_fd = fixture_target(fixture),
		.type = fixture->type,
		.query_flags = row->query_flags,
		.ids = row->capacity ? (uintptr_t)ids : 0,
		.count = row->capacity,
		.program_flags = row->program_flags ? (uintptr_t)flags : 0,
		.link_ids = row->link_arrays ? (uintptr_t)links : 0,
		.link_flags = row->link_arrays ? (uintptr_t)link_flags : 0,
	};
	int err = fixture->kernel->ops->query(fixture->kernel, &request);

	/* with too little capacity the kernel still returns the full count */
	if (err == -ENOSPC && request.count <= row->capacity)
		bail_out("%s: ENOSPC, and the count is %u", row->name, request.count);
	return err;
}

int call_backend(struct fixture *fixture)
{
	switch (fixture->row->call) {
	case LINK_CREATE:
		return link_create(fixture);
	case LINK_UPDATE:
		return link_update(fixture);
	case LINK_DETACH:
		return fixture->kernel->ops->link_detach(fixture->kernel,
							fixture_fd(fixture, fixture->row->link));
	case QUERY:
		return query(fixture);
	case RAW:
		return fixture->row->raw();
	default:
		return attach(fixture);
	}
}

static void tell(struct fixture *fixture, const struct kernel_query *found, const uint32_t *ids)
{
	const struct rules_chain *wanted = fixture_chain(fixture);
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
	diag("found%s", line);
}

bool chain_is_predicted(struct fixture *fixture)
{
	const struct rules_chain *wanted = fixture_chain(fixture);
	bool up = wanted == &fixture->up_chain;
	uint32_t ids[RAW_CHAIN_MAX];
	struct kernel_query found = {
		.target_fd = up ? fixture->up : fixture->here,
		.type = fixture->type,
		.ids = (uintptr_t)ids,
		.count = RAW_CHAIN_MAX,
	};
	bool same;

	/* a query fails for a removed cgroup and for an unknown attach type */
	if (fixture->removed || fixture->kernel->ops->query(fixture->kernel, &found))
		return true;
	same = found.count == wanted->count && found.attach_flags == wanted->mode &&
	       (!found.revision || found.revision == wanted->revision);
	for (size_t i = 0; same && i < wanted->count; i++)
		same = ids[i] == wanted->entries[i].program;
	if (!same)
		tell(fixture, &found, ids);
	return same;
}
