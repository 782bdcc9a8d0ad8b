/* SPDX-License-Identifier: BSD-2-Clause */
/* rawbpf.h for the model. */
#include "../lib/rawbpf.h"

#include "kernel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct kernel_ops *ops(void)
{
	return model_kernel()->ops;
}

/* Binds the maps that instructions name by descriptor, as the kernel does. */
static int bind_maps(int prog, const struct bpf_insn *insns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int err;

		if (insns[i].code != (BPF_LD | BPF_DW | BPF_IMM) ||
		    insns[i].src_reg != BPF_PSEUDO_MAP_FD)
			continue;
		err = kernel_model_bind_map(model_kernel(), prog, insns[i].imm);
		if (err)
			return err;
	}
	return 0;
}

int raw_prog_load(uint32_t type, uint32_t expected, const char *name,
		  const struct bpf_insn *insns, size_t count)
{
	char cut[KERNEL_NAME_SIZE];
	const struct kernel_load request = {
		.type = type,
		.expected_attach_type = expected,
		.name = cut,
		.instructions = insns,
		.instruction_count = count,
	};
	int fd, err;

	snprintf(cut, sizeof(cut), "%s", name ? name : "");
	fd = model_answer(ops()->load(model_kernel(), &request));
	if (fd < 0)
		return -1;
	err = bind_maps(fd, insns, count);
	if (err) {
		ops()->close(model_kernel(), fd);
		return model_answer(err);
	}
	return fd;
}

int raw_array_create(uint32_t entries)
{
	if (!entries)
		return model_answer(-EINVAL);
	return model_answer(kernel_model_map_new(model_kernel(), "test_array"));
}

static struct kernel_attach request_of(const struct raw_attach *attach)
{
	return (struct kernel_attach){
		.target_fd = attach->target_fd,
		.program_fd = attach->attach_bpf_fd,
		.type = attach->attach_type,
		.flags = attach->attach_flags,
		.replace_fd = attach->replace_bpf_fd,
		.relative = attach->relative_fd,
		.revision = attach->expected_revision,
	};
}

int raw_attach_with(const struct raw_attach *attach)
{
	const struct kernel_attach request = request_of(attach);

	return model_answer(ops()->attach(model_kernel(), &request));
}

int raw_attach(int cgroup, int prog, uint32_t type, uint32_t flags)
{
	return raw_replace(cgroup, prog, 0, type, flags);
}

int raw_replace(int cgroup, int new, int old, uint32_t type, uint32_t flags)
{
	const struct raw_attach attach = {
		.target_fd = cgroup,
		.attach_bpf_fd = new,
		.attach_type = type,
		.attach_flags = flags,
		.replace_bpf_fd = old,
	};

	return raw_attach_with(&attach);
}

int raw_detach(int cgroup, int prog, uint32_t type)
{
	const struct kernel_attach request = {
		.target_fd = cgroup,
		.program_fd = prog,
		.type = type,
	};

	return model_answer(ops()->detach(model_kernel(), &request));
}

int raw_query(int cgroup, uint32_t type, uint32_t query_flags, struct raw_chain *chain)
{
	struct kernel_query request = {
		.target_fd = cgroup,
		.type = type,
		.query_flags = query_flags,
		.ids = (uintptr_t)chain->ids,
		.count = RAW_EFFECTIVE_MAX,
	};

	memset(chain, 0, sizeof(*chain));
	if (model_answer(ops()->query(model_kernel(), &request)))
		return -1;
	chain->count = request.count;
	chain->flags = request.attach_flags;
	chain->revision = request.revision;
	return 0;
}

int raw_link_create(int cgroup, int prog, uint32_t type, uint32_t flags)
{
	const struct kernel_link_create request = {
		.program_fd = prog,
		.target_fd = cgroup,
		.type = type,
		.flags = flags,
	};

	return model_answer(ops()->link_create(model_kernel(), &request));
}

int raw_link_update(int link, int new)
{
	const struct kernel_link_update request = { .link_fd = link, .new_fd = new };

	return model_answer(ops()->link_update(model_kernel(), &request));
}

uint32_t raw_link_id(int link)
{
	struct kernel_link info;

	return model_answer(ops()->link_info(model_kernel(), link, &info)) ? 0 : info.id;
}

uint32_t raw_map_id(int map)
{
	struct kernel_map info;

	return model_answer(ops()->map_info(model_kernel(), map, &info)) ? 0 : info.id;
}

uint32_t raw_prog_id(int prog)
{
	struct kernel_program info;

	return model_answer(ops()->program_info(model_kernel(), prog, &info)) ? 0 : info.id;
}

const char *raw_prog_name(int prog, char name[16])
{
	struct kernel_program info;

	name[0] = '\0';
	if (!ops()->program_info(model_kernel(), prog, &info))
		snprintf(name, 16, "%.15s", info.name);
	return name;
}

int raw_prog_open(uint32_t id)
{
	return model_answer(ops()->program_by_id(model_kernel(), id));
}

const char *raw_prog_tag(int prog, char tag[17])
{
	struct kernel_program info;

	tag[0] = '\0';
	if (model_answer(ops()->program_info(model_kernel(), prog, &info)))
		return tag;
	for (size_t i = 0; i < sizeof(info.tag); i++)
		snprintf(tag + 2 * i, 3, "%02x", info.tag[i]);
	return tag;
}

int raw_pin(int fd, const char *path)
{
	return model_answer(model_kernel()->ops->pin(model_kernel(), fd, path));
}

int raw_pin_open(const char *path)
{
	return model_answer(ops()->pin_open(model_kernel(), path));
}

int raw_unpin(const char *path)
{
	return model_answer(ops()->unpin(model_kernel(), path));
}

size_t raw_prog_maps(int prog, uint32_t ids[RAW_MAPS_MAX])
{
	struct kernel_program info;

	if (model_answer(ops()->program_info(model_kernel(), prog, &info)))
		return 0;
	memcpy(ids, info.map_ids, info.map_count * sizeof(*ids));
	return info.map_count;
}

const char *raw_map_name(uint32_t id, char name[16])
{
	int fd = model_answer(ops()->map_by_id(model_kernel(), id));
	struct kernel_map info;

	name[0] = '\0';
	if (fd < 0)
		return name;
	if (!ops()->map_info(model_kernel(), fd, &info))
		snprintf(name, 16, "%s", info.name);
	ops()->close(model_kernel(), fd);
	return name;
}
