/* SPDX-License-Identifier: BSD-2-Clause */
#include "programs.h"

#include "tap.h"
#include "attach_types.h"
#include "rawbpf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum {
	PAYLOAD = 20 + 8, /* IPv4 header without options, UDP header */
	SIZE_DW = BPF_DW,
};

/* One instruction; the macros of the kernel's own tree are not part of its ABI headers. */
#define INSN(c, d, s, o, i) \
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define MOV_IMM(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define MOV_REG(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADD_IMM(d, i) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define CALL(f) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, f)
#define EXIT() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define MAP_FD(d, fd) \
	INSN(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_FD, 0, fd), INSN(0, 0, 0, 0, 0)
#define ATOMIC_ADD(d, s) INSN(BPF_STX | BPF_ATOMIC | SIZE_DW, d, s, 0, BPF_ADD)

static int load(uint32_t type, uint32_t expected, const char *name, const struct bpf_insn *insns,
		size_t count)
{
	int fd = raw_prog_load(type, expected, name, insns, count);

	if (fd < 0)
		bail_out("program '%s' does not load: %s", name ? name : "", strerror(errno));
	return fd;
}

int prog_pass(uint32_t attach_type, const char *name)
{
	const struct bpf_insn insns[] = { MOV_IMM(BPF_REG_0, 1), EXIT() };

	return load(type_info_of(attach_type)->prog_type, attach_type, name, insns, COUNT(insns));
}

void prog_pass_many(uint32_t attach_type, const char *prefix, int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%.15s%zu", prefix, i);
		fds[i] = prog_pass(attach_type, name);
	}
}

int prog_egress_only(const char *name)
{
	const struct bpf_insn insns[] = { MOV_IMM(BPF_REG_0, 3), EXIT() };

	return load(type_info_of(EGRESS)->prog_type, EGRESS, name, insns, COUNT(insns));
}

int prog_add(int array, uint32_t add, const char *name)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0),
		MAP_FD(BPF_REG_1, array),
		MOV_REG(BPF_REG_2, BPF_REG_10),
		ADD_IMM(BPF_REG_2, -4),
		CALL(BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 2, 0),
		MOV_IMM(BPF_REG_1, add),
		ATOMIC_ADD(BPF_REG_0, BPF_REG_1),
		MOV_IMM(BPF_REG_0, 1),
		EXIT(),
	};

	return load(type_info_of(EGRESS)->prog_type, EGRESS, name, insns, COUNT(insns));
}

int prog_mark(int seen, int runs, uint32_t self, const char *name)
{
	const struct bpf_insn insns[] = {
		/* number = the payload's first four bytes; leave if there are fewer */
		MOV_IMM(BPF_REG_2, PAYLOAD),
		MOV_REG(BPF_REG_3, BPF_REG_10),
		ADD_IMM(BPF_REG_3, -4),
		MOV_IMM(BPF_REG_4, 4),
		CALL(BPF_FUNC_skb_load_bytes),
		INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 17, 0),
		/* seen[number]++; leave if it is past the end */
		MAP_FD(BPF_REG_1, seen),
		MOV_REG(BPF_REG_2, BPF_REG_10),
		ADD_IMM(BPF_REG_2, -4),
		CALL(BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 11, 0),
		MOV_IMM(BPF_REG_1, 1),
		ATOMIC_ADD(BPF_REG_0, BPF_REG_1),
		/* runs[self]++ */
		INSN(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, (int32_t)self),
		MAP_FD(BPF_REG_1, runs),
		MOV_REG(BPF_REG_2, BPF_REG_10),
		ADD_IMM(BPF_REG_2, -4),
		CALL(BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 2, 0),
		MOV_IMM(BPF_REG_1, 1),
		ATOMIC_ADD(BPF_REG_0, BPF_REG_1),
		MOV_IMM(BPF_REG_0, 1),
		EXIT(),
	};

	return load(type_info_of(EGRESS)->prog_type, EGRESS, name, insns, COUNT(insns));
}
