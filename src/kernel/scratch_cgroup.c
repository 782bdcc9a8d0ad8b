/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/scratch_cgroup.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>

int trial_make(struct trial *out, struct kernel *kernel, int parent_fd)
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

void trial_remove(struct trial *trial)
{
	trial->kernel->ops->cgroup_remove(trial->kernel, trial->parent_fd, trial->name);
	trial->kernel->ops->close(trial->kernel, trial->fd);
}

int trial_program(struct kernel *kernel, const struct attach_type *type)
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

int trial_order(const struct trial *trial, uint32_t type, uint32_t *ids, size_t *count)
{
	struct kernel_query query = {
		.target_fd = trial->fd,
		.type = type,
		.query_flags = KERNEL_QUERY_EFFECTIVE,
		.ids = (uintptr_t)ids,
		.count = (uint32_t)*count,
	};
	int err = trial->kernel->ops->query(trial->kernel, &query);

	*count = query.count;
	return err;
}

static int attach(const struct trial *trial, int program_fd, uint32_t type, uint32_t flags)
{
	const struct kernel_attach request = {
		.target_fd = trial->fd,
		.program_fd = program_fd,
		.type = type,
		.flags = KERNEL_MULTI | flags,
	};

	return trial->kernel->ops->attach(trial->kernel, &request);
}

static int id_of(uint32_t *id, struct kernel *kernel, int program_fd)
{
	struct kernel_program info;
	int err = kernel->ops->program_info(kernel, program_fd, &info);

	*id = err ? 0 : info.id;
	return err;
}

int trial_look_below(struct trial_look *out, struct kernel *kernel, int cgroup_fd,
		     const struct attach_type *type)
{
	int err, witness = trial_program(kernel, type);
	uint32_t witness_id;
	struct trial trial;

	out->count = TRIAL_LOOK_ROOM;
	out->before = 0;
	if (witness < 0)
		return witness;
	err = id_of(&witness_id, kernel, witness);
	if (!err)
		err = trial_make(&trial, kernel, cgroup_fd);
	if (err)
		goto close_witness;
	err = attach(&trial, witness, type->number, 0);
	if (!err)
		err = trial_order(&trial, type->number, out->ids, &out->count);
	while (!err && out->before < out->count && out->ids[out->before] != witness_id)
		out->before++;
	if (!err && out->before == out->count)
		err = -ENOENT;
	trial_remove(&trial);
close_witness:
	kernel->ops->close(kernel, witness);
	return err;
}

enum cgswap_preorder trial_tells(const struct trial_look *look, uint32_t id)
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

/* ---- the trial of LINK_UPDATE ---------------------------------------------------------------- */

enum { PLAIN, HELD, NEXT, TRIAL_PROGRAMS };

/*
 * A link, and behind it in the list a preorder entry, which runs before it: the program that the
 * link then gets must run behind that.
 */
static int try_in(const struct trial *trial, const int *programs, uint32_t type)
{
	struct kernel *kernel = trial->kernel;
	const struct kernel_link_create create = {
		.target_fd = trial->fd,
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
	err = id_of(&plain, kernel, programs[PLAIN]);
	if (!err)
		err = id_of(&next, kernel, programs[NEXT]);
	if (!err)
		err = attach(trial, programs[PLAIN], type, KERNEL_PREORDER);
	if (!err)
		err = kernel->ops->link_update(kernel, &update);
	if (!err)
		err = trial_order(trial, type, ids, &count);
	for (size_t i = 0; !err && i < count && i < ROOM; i++) {
		plain_at = ids[i] == plain ? i : plain_at;
		next_at = ids[i] == next ? i : next_at;
	}
	kernel->ops->close(kernel, link);
	return err ? err : plain_at < next_at && next_at < ROOM;
}

int trial_of_link_update(struct kernel *kernel, int parent_fd)
{
	/* a hook that hardly anybody uses: the rest of the machine shall not notice */
	const struct attach_type *type = attach_type_by_number(BPF_CGROUP_INET_SOCK_RELEASE);
	int programs[TRIAL_PROGRAMS] = { -1, -1, -1 };
	struct trial trial;
	int err = 0;

	for (int i = 0; i < TRIAL_PROGRAMS && !err; i++) {
		programs[i] = trial_program(kernel, type);
		err = programs[i] < 0 ? programs[i] : 0;
	}
	if (!err)
		err = trial_make(&trial, kernel, parent_fd);
	if (!err) {
		err = try_in(&trial, programs, type->number);
		trial_remove(&trial);
	}
	for (int i = 0; i < TRIAL_PROGRAMS; i++)
		if (programs[i] >= 0)
			kernel->ops->close(kernel, programs[i]);
	return err;
}
