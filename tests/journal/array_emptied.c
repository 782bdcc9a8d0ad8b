/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The old program of an unfinished transaction uses a program array. It stays filled when its loader
 * closes it, since the journal pins it. If a slot was emptied since, an undo is refused with
 * undo_loses_state, which names the slot and the map, unless old_maps is set; a finish is not.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/killed.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define INSN(c, d, s, o, i) \
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })

enum { SLOT = 2, SLOTS = 4 };

static struct fixture fixture;
static cgswap_session *session;

static int array_create(void)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_PROG_ARRAY;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = SLOTS;
	strcpy(attr.map_name, "jump");
	fd = raw_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	if (fd < 0)
		bail_out("no program array: %s", strerror(errno));
	return fd;
}

static void array_element(int command, int array, uint32_t slot, uint32_t program)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)array;
	attr.key = (uint64_t)(uintptr_t)&slot;
	if (command == BPF_MAP_UPDATE_ELEM)
		attr.value = (uint64_t)(uintptr_t)&program;
	if (raw_bpf(command, &attr, sizeof(attr)))
		bail_out("a slot cannot be changed: %s", strerror(errno));
}

/* Makes a tail call by the array, and lets the packet pass without one. */
static int prog_jumps(int array)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_2, BPF_PSEUDO_MAP_FD, 0, array),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, SLOT),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_tail_call),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	int fd = raw_prog_load(BPF_PROG_TYPE_CGROUP_SKB, EGRESS, "jumps", insns,
			       sizeof(insns) / sizeof(*insns));

	if (fd < 0)
		bail_out("program 'jumps' does not load: %s", strerror(errno));
	return fd;
}

/* Leaves the journal of a transaction whose first step was done. */
static void leave_one(void)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };
	size_t steps = 1;
	const struct cgswap_commit_opts commit = { .sz = sizeof(commit),
						   .progress = killed_after_steps,
						   .user = &steps };
	cgswap_replace *replace;
	cgswap_chain *chain;
	pid_t pid = fork();

	if (!pid) {
		chain = live_chain(session, fixture.cgroup.path, "egress");
		if (cgswap_replace_new(&replace, session, &opts) ||
		    cgswap_replace_add(replace, chain, "name:jumps",
				       live_program(session, fixture.spare), NULL) ||
		    cgswap_replace_add(replace, chain, "name:p0",
				       live_program(session, prog_pass(EGRESS, "other")), NULL))
			_exit(1);
		cgswap_replace_commit(replace, &commit);
		_exit(2);
	}
	killed_child(pid);
}

static enum cgswap_status recover(enum cgswap_recover action, uint32_t old_maps)
{
	const struct cgswap_recover_opts opts = { .sz = sizeof(opts),
						  .action = action,
						  .old_maps = old_maps };

	return cgswap_session_recover(NULL, session, &opts);
}

int main(void)
{
	struct cgswap_session_opts opts = { .sz = sizeof(opts) };
	int array, jumps, target;
	uint32_t map, ids[RAW_MAPS_MAX];

	need_live();
	bpffs_private();
	fixture = fixture_new("array", 1);
	opts.scratch_cgroup = live_scratch;
	opts.state_dir = state_dir();
	if (cgswap_session_open(&session, &opts))
		bail_out("no session");
	array = array_create();
	jumps = prog_jumps(array);
	target = prog_pass(EGRESS, "target");
	array_element(BPF_MAP_UPDATE_ELEM, array, SLOT, (uint32_t)target);
	raw_attach(fixture.cgroup.fd, jumps, EGRESS, RAW_MULTI);
	is_int(raw_prog_maps(jumps, ids), 1, "the old program has one map");
	map = ids[0];

	leave_one();
	raw_close(array);
	array = raw_map_open(map);
	array_element(BPF_MAP_DELETE_ELEM, array, SLOT, 0);
	ok(true, "the slot was still filled after the last descriptor was closed");
	/* the library keeps the descriptor of a program array for a second */
	is_int(recover(CGSWAP_RECOVER_UNDO, 0), CGSWAP_E_CONFLICT, "an undo is refused");
	is_int(cgswap_error_get_cause(cgswap_last_error()), CGSWAP_CAUSE_UNDO_LOSES_STATE,
	       "its cause");
	expect_message("slot 2 of map");
	expect_message("'jump'");
	expect_ok(recover(CGSWAP_RECOVER_UNDO, 1), "an undo with old_maps");
	chain_is(fixture.cgroup.fd, EGRESS, (const int[]){ fixture.progs[0], jumps }, 2,
		 "the old programs are back");

	array_element(BPF_MAP_UPDATE_ELEM, array, SLOT, (uint32_t)target);
	leave_one();
	array_element(BPF_MAP_DELETE_ELEM, array, SLOT, 0);
	expect_ok(recover(CGSWAP_RECOVER_FINISH, 0), "a finish does not use the array");
	raw_close(array);
	raw_close(jumps);
	raw_close(target);
	cgswap_session_unref(session);
	fixture_free(&fixture);
	return done_testing();
}
