/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/scratch_cgroup.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>

int scratch_cgroup_make(struct scratch_cgroup *out, struct kernel *kernel, int parent_fd)
{
	enum { TRIES = 64 };

	out->kernel = kernel;
	out->parent_fd = parent_fd;
	out->fd = -EEXIST;
	/* few names, so that what was left by one who was killed is found by the next */
	for (int i = 0; i < TRIES && out->fd == -EEXIST; i++) {
		snprintf(out->name, sizeof(out->name), "cgswap-scratch-%d", i);
		out->fd = kernel->ops->cgroup_make(kernel, parent_fd, out->name);
	}
	return out->fd < 0 ? out->fd : 0;
}

void scratch_cgroup_remove(struct scratch_cgroup *scratch)
{
	scratch->kernel->ops->cgroup_remove(scratch->kernel, scratch->parent_fd, scratch->name);
	scratch->kernel->ops->close(scratch->kernel, scratch->fd);
}

int probe_program_load(struct kernel *kernel, const struct attach_type *type)
{
	static const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct kernel_load request = {
		.type = type->program_type,
		.expected_attach_type = type->number,
		.name = "cgswap_probe",
		.instructions = pass,
		.instruction_count = sizeof(pass) / sizeof(pass[0]),
	};

	return kernel->ops->load(kernel, &request);
}

int scratch_cgroup_order(const struct scratch_cgroup *scratch, uint32_t type, uint32_t *ids,
			 size_t *count)
{
	struct kernel_query query = {
		.target_fd = scratch->fd,
		.type = type,
		.query_flags = KERNEL_QUERY_EFFECTIVE,
		.ids = (uintptr_t)ids,
		.count = (uint32_t)*count,
	};
	int err = scratch->kernel->ops->query(scratch->kernel, &query);

	*count = query.count;
	return err;
}

static int scratch_attach(const struct scratch_cgroup *scratch, int program_fd, uint32_t type,
			  uint32_t flags)
{
	const struct kernel_attach request = {
		.target_fd = scratch->fd,
		.program_fd = program_fd,
		.type = type,
		.flags = KERNEL_MULTI | flags,
	};

	return scratch->kernel->ops->attach(scratch->kernel, &request);
}

static int scratch_program_id(uint32_t *id, struct kernel *kernel, int program_fd)
{
	struct kernel_program info;
	int err = kernel->ops->program_info(kernel, program_fd, &info);

	*id = err ? 0 : info.id;
	return err;
}

int scratch_order_read(struct scratch_order *out, struct kernel *kernel, int cgroup_fd,
		       const struct attach_type *type)
{
	int err, witness = probe_program_load(kernel, type);
	uint32_t witness_id;
	struct scratch_cgroup scratch;

	out->count = SCRATCH_ORDER_CAPACITY;
	out->before = 0;
	if (witness < 0)
		return witness;
	err = scratch_program_id(&witness_id, kernel, witness);
	if (!err)
		err = scratch_cgroup_make(&scratch, kernel, cgroup_fd);
	if (err)
		goto close_witness;
	err = scratch_attach(&scratch, witness, type->number, 0);
	if (!err)
		err = scratch_cgroup_order(&scratch, type->number, out->ids, &out->count);
	while (!err && out->before < out->count && out->ids[out->before] != witness_id)
		out->before++;
	if (!err && out->before == out->count)
		err = -ENOENT;
	scratch_cgroup_remove(&scratch);
close_witness:
	kernel->ops->close(kernel, witness);
	return err;
}

enum cgswap_preorder scratch_order_preorder(const struct scratch_order *look, uint32_t id)
{
	enum cgswap_preorder told = CGSWAP_PREORDER_DEFAULT;

	for (size_t i = 0; i < look->count; i++) {
		if (look->ids[i] != id)
			continue;
		if (told != CGSWAP_PREORDER_DEFAULT)
			return CGSWAP_PREORDER_DEFAULT;
		told = i < look->before ? CGSWAP_PREORDER_YES : CGSWAP_PREORDER_NO;
	}
	return told;
}

/* ---- the scratch of LINK_UPDATE ----------------------------------------------------------------
 */

enum { PLAIN, HELD, NEXT, TRIAL_PROGRAMS };

/*
 * A link, and behind it in the list a preorder entry, which runs before it: the program that the
 * link then gets must run behind that.
 */
static int scratch_try_link_update(const struct scratch_cgroup *scratch, const int *programs,
				   uint32_t type)
{
	struct kernel *kernel = scratch->kernel;
	const struct kernel_link_create create = {
		.target_fd = scratch->fd,
		.program_fd = programs[HELD],
		.type = type,
	};
	struct kernel_link_update update = {
		.new_fd = programs[NEXT],
		.old_fd = programs[HELD],
		.flags = KERNEL_REPLACE,
	};
	enum { ROOM = 4 * KERNEL_CHAIN_MAX };
	size_t count = ROOM, plain_at = ROOM, next_at = ROOM;
	uint32_t ids[ROOM], plain, next;
	int err, link = kernel->ops->link_create(kernel, &create);

	if (link < 0)
		return link;
	update.link_fd = link;
	err = scratch_program_id(&plain, kernel, programs[PLAIN]);
	if (!err)
		err = scratch_program_id(&next, kernel, programs[NEXT]);
	if (!err)
		err = scratch_attach(scratch, programs[PLAIN], type, KERNEL_PREORDER);
	if (!err)
		err = kernel->ops->link_update(kernel, &update);
	if (!err)
		err = scratch_cgroup_order(scratch, type, ids, &count);
	for (size_t i = 0; !err && i < count && i < ROOM; i++) {
		plain_at = ids[i] == plain ? i : plain_at;
		next_at = ids[i] == next ? i : next_at;
	}
	kernel->ops->close(kernel, link);
	return err ? err : plain_at < next_at && next_at < ROOM;
}

int scratch_probe_link_update(struct kernel *kernel, int parent_fd)
{
	/* a hook that hardly anybody uses: the rest of the machine shall not notice */
	const struct attach_type *type = attach_type_by_number(BPF_CGROUP_INET_SOCK_RELEASE);
	int programs[TRIAL_PROGRAMS] = { -1, -1, -1 };
	struct scratch_cgroup scratch;
	int err = 0;

	for (int i = 0; i < TRIAL_PROGRAMS && !err; i++) {
		programs[i] = probe_program_load(kernel, type);
		err = programs[i] < 0 ? programs[i] : 0;
	}
	if (!err)
		err = scratch_cgroup_make(&scratch, kernel, parent_fd);
	if (!err) {
		err = scratch_try_link_update(&scratch, programs, type->number);
		scratch_cgroup_remove(&scratch);
	}
	for (int i = 0; i < TRIAL_PROGRAMS; i++)
		if (programs[i] >= 0)
			kernel->ops->close(kernel, programs[i]);
	return err;
}
