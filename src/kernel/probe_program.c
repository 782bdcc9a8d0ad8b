/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/probe_program.h"

#include <linux/bpf.h>

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

int probe_program_id(uint32_t *id, struct kernel *kernel, int fd)
{
	struct kernel_program info;
	int err = kernel->ops->program_info(kernel, fd, &info);

	*id = err ? 0 : info.id;
	return err;
}
