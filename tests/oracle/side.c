/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs one operation on one side. */
#include "fixture.h"

enum { CLOSED = 100000, UNKNOWN_ID = 0x7ffffff0 };

uint32_t side_value(const struct side *side, struct ref ref)
{
	switch (ref.kind) {
	case REF_NONE:
		return 0;
	case REF_MINUS_ONE:
		return (uint32_t)-1;
	case REF_PROGRAM:
		return (uint32_t)side->programs[ref.index];
	case REF_LINK:
		return side->links[ref.index] < 0 ? CLOSED : (uint32_t)side->links[ref.index];
	case REF_FILE:
		return (uint32_t)side->file;
	case REF_MAP:
		return (uint32_t)side->map;
	case REF_CGROUP:
		return (uint32_t)side->cgroups[ref.index];
	case REF_DIRECTORY:
		return (uint32_t)side->directory;
	case REF_CGROUP_V1:
		return (uint32_t)side->cgroup_v1;
	case REF_PROCS:
		return (uint32_t)side->procs;
	default:
		return CLOSED;
	}
}

/* The flags say what kind of id it is; an id of the other kind could belong to another process. */
static uint32_t anchor_value(const struct side *side, const struct operation *operation)
{
	struct ref anchor = operation->anchor;

	if (!(operation->flags & KERNEL_ID))
		return side_value(side, anchor);
	if (anchor.kind == REF_NONE)
		return 0;
	if (anchor.kind == REF_PROGRAM && !(operation->flags & KERNEL_LINK))
		return side->program_ids[anchor.index];
	if (anchor.kind == REF_LINK && (operation->flags & KERNEL_LINK) &&
	    side->links[anchor.index] >= 0)
		return side->link_ids[anchor.index];
	return UNKNOWN_ID;
}

static struct kernel_attach attach_request(const struct side *side,
					   const struct operation *operation, uint64_t revision)
{
	return (struct kernel_attach){
		.target_fd = side_value(side, operation->target),
		.program_fd = side_value(side, operation->program),
		.type = operation->attach_type,
		.flags = operation->flags,
		.replace_fd = side_value(side, operation->replaced),
		.relative = anchor_value(side, operation),
		.revision = revision,
	};
}

static void drop_link(struct side *side, unsigned slot)
{
	if (side->links[slot] >= 0)
		side->kernel->ops->close(side->kernel, side->links[slot]);
	side->links[slot] = -1;
}

static int create_link(struct side *side, const struct operation *operation, uint64_t revision)
{
	const struct kernel_ops *ops = side->kernel->ops;
	unsigned slot = operation->link.index;
	struct kernel_link_create request;
	struct kernel_link info;
	int fd;

	request = (struct kernel_link_create){
		.program_fd = side_value(side, operation->program),
		.target_fd = side_value(side, operation->target),
		.type = operation->attach_type,
		.flags = operation->flags,
		.relative = anchor_value(side, operation),
		.revision = revision,
	};
	fd = ops->link_create(side->kernel, &request);
	if (fd < 0)
		return fd;
	side->links[slot] = fd;
	side->link_ids[slot] = ops->link_info(side->kernel, fd, &info) ? 0 : info.id;
	return 0;
}

static int fill(struct side *side, const struct fixture *fixture, const struct operation *operation)
{
	struct kernel_attach request = attach_request(side, operation, 0);
	unsigned left = operation->capacity;

	request.flags = KERNEL_MULTI;
	for (unsigned i = 0; i < FILLERS && left; i++) {
		request.program_fd = (uint32_t)side->programs[fixture->first_filler + i];
		if (side->kernel->ops->attach(side->kernel, &request) == 0)
			left--;
	}
	return 0;
}

int side_do(struct side *side, const struct fixture *fixture, const struct operation *operation,
	    uint64_t revision)
{
	const struct kernel_ops *ops = side->kernel->ops;
	struct kernel_link_update update;
	struct kernel_attach request;

	switch (operation->kind) {
	case OP_ATTACH:
		request = attach_request(side, operation, revision);
		return ops->attach(side->kernel, &request);
	case OP_DETACH:
		request = attach_request(side, operation, revision);
		return ops->detach(side->kernel, &request);
	case OP_LINK_CREATE:
		return create_link(side, operation, revision);
	case OP_LINK_UPDATE:
		update = (struct kernel_link_update){
			.link_fd = side_value(side, operation->link),
			.new_fd = side_value(side, operation->program),
			.flags = operation->flags,
			.old_fd = side_value(side, operation->replaced),
		};
		return ops->link_update(side->kernel, &update);
	case OP_LINK_DETACH:
		return ops->link_detach(side->kernel, (int)side_value(side, operation->link));
	case OP_LINK_CLOSE:
		drop_link(side, operation->link.index);
		return 0;
	case OP_FILL:
		return fill(side, fixture, operation);
	default:
		return 0;
	}
}
