/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"

#include "../lib/programs.h"
#include "../lib/traffic.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct trace trace;

#define INSN(c, d, s, o, i) \
	{ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* notes[0] = notes[0] * 10 + digit, and the packet passes. */
static int load_digit(unsigned digit)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0),
		INSN(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, trace.notes),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -4),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 4, 0),
		INSN(BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_0, 0, 0),
		INSN(BPF_ALU64 | BPF_MUL | BPF_K, BPF_REG_1, 0, 0, 10),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_1, 0, 0, (int)digit),
		INSN(BPF_STX | BPF_MEM | BPF_DW, BPF_REG_0, BPF_REG_1, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	char name[16];
	int prog;

	snprintf(name, sizeof(name), "digit_%u", digit);
	prog = raw_prog_load(type_info_of(EGRESS)->prog_type, EGRESS, name, insns, COUNT(insns));
	if (prog < 0)
		bail_out("cannot load %s: %s", name, strerror(errno));
	return prog;
}

static int load_no(void)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	int prog = raw_prog_load(type_info_of(EGRESS)->prog_type, EGRESS, "no", insns, COUNT(insns));

	if (prog < 0)
		bail_out("cannot load a program: %s", strerror(errno));
	return prog;
}

void trace_open(void)
{
	need_live();
	trace.session = live_session();
	trace.has_order = kernel_knows_flags(RAW_BEFORE);
	trace.has_preorder = kernel_knows_flags(RAW_PREORDER);
	trace.has_revision = kernel_has_revision();
	trace.notes = raw_array_create(1);
	if (trace.notes < 0)
		bail_out("cannot create the map: %s", strerror(errno));
	for (unsigned digit = 1; digit <= TRACE_PROGRAMS; digit++) {
		trace.prog[digit] = load_digit(digit);
		trace.program[digit] = live_program(trace.session, trace.prog[digit]);
	}
	trace.no = load_no();
	trace.no_program = live_program(trace.session, trace.no);
}

void trace_close(void)
{
	for (unsigned digit = 1; digit <= TRACE_PROGRAMS; digit++) {
		cgswap_program_unref(trace.program[digit]);
		raw_close(trace.prog[digit]);
	}
	cgswap_program_unref(trace.no_program);
	raw_close(trace.no);
	raw_close(trace.notes);
	cgswap_session_unref(trace.session);
}

cgswap_chain *trace_chain(const struct scratch *cgroup)
{
	return live_chain(trace.session, cgroup->path, "egress");
}

static size_t progs_of(unsigned long digits, int *progs)
{
	size_t count = 0;

	for (unsigned long rest = digits; rest; rest /= 10)
		count++;
	for (size_t i = count; i > 0; digits /= 10)
		progs[--i] = trace.prog[digits % 10];
	return count;
}

bool trace_holds(const struct scratch *cgroup, unsigned long digits, const char *name)
{
	int progs[32];
	size_t count = progs_of(digits, progs);

	return chain_is(cgroup->fd, EGRESS, progs, count, name);
}

bool trace_effective(const struct scratch *cgroup, unsigned long digits, const char *name)
{
	int progs[32];
	size_t count = progs_of(digits, progs);

	return effective_is(cgroup->fd, EGRESS, progs, count, name);
}

bool trace_ran(const struct scratch *cgroup, unsigned long digits, const char *name)
{
	uint64_t ran = 0;

	if (raw_map_update(trace.notes, 0, 0))
		bail_out("cannot clear the notes: %s", strerror(errno));
	if (traffic_send(cgroup, 1)) {
		diag("the packet was dropped");
		return ok(false, "%s", name);
	}
	if (raw_map_lookup(trace.notes, 0, &ran))
		bail_out("cannot read the notes: %s", strerror(errno));
	return is_int(ran, digits, "%s", name);
}

bool trace_stopped(const struct scratch *cgroup, const char *name)
{
	return ok(traffic_send(cgroup, 1) != 0, "%s", name);
}

enum cgswap_status trace_attach(cgswap_chain *chain, unsigned digit,
			      const struct cgswap_attach_opts *opts)
{
	return cgswap_chain_attach(chain, trace.program[digit], opts);
}

int trace_link(cgswap_chain *chain, unsigned digit, const char *name)
{
	int link = -1;

	expect_ok(trace_attach(chain, digit, OPTS(.link = 1, .link_fd = &link)), "%s", name);
	return link;
}

bool trace_placed(enum cgswap_status status, const char *name)
{
	if (trace.has_order)
		return expect_ok(status, "%s", name);
	return expect_refusal(status, CGSWAP_CAUSE_ORDERING_UNSUPPORTED, NULL, "%s", name);
}
