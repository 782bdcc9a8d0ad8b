/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage.h"

#include "attach_types.h"
#include "rawbpf.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

int storage_map(uint32_t value_size)
{
	struct {
		uint32_t map_type, key_size, value_size, max_entries, map_flags, inner_map_fd,
			numa_node;
		char map_name[16];
	} attr = {
		.map_type = BPF_MAP_TYPE_CGROUP_STORAGE,
		.key_size = sizeof(struct raw_storage_key),
		.value_size = value_size,
		.map_name = "test_storage",
	};
	int map = raw_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));

	if (map < 0)
		bail_out("no storage map: %s", strerror(errno));
	return map;
}

int storage_prog(uint32_t attach_type, int map, const char *name)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM,
		  .dst_reg = BPF_REG_1,
		  .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = map },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_local_storage },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = raw_prog_load(type_info_of(attach_type)->prog_type, attach_type, name, insns,
			       sizeof(insns) / sizeof(insns[0]));

	if (fd < 0)
		bail_out("program '%s' does not load: %s", name, strerror(errno));
	return fd;
}
