/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A loader fills a program array by which its filter denies packets; its program is replaced with
 * keep_old, and the loader exits. An undo then denies packets again: the array was held, and is filled.
 * If its slot was emptied meanwhile, the undo is refused with undo_loses_state, which names the map and
 * the slot, unless old_maps is set.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define INSN(c, d, s, o, i) \
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })

enum { SLOT = 3, SLOTS = 4 };

static struct fixture fixture;

static int array_create(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_PROG_ARRAY;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = SLOTS;
	strcpy(attr.map_name, "jump");
	return raw_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static int array_element(int command, int array, uint32_t slot, uint32_t program)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)array;
	attr.key = (uint64_t)(uintptr_t)&slot;
	if (command == BPF_MAP_UPDATE_ELEM)
		attr.value = (uint64_t)(uintptr_t)&program;
	return raw_bpf(command, &attr, sizeof(attr));
}

/* Lets packets pass unless the tail call does something else. */
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

	return raw_prog_load(BPF_PROG_TYPE_CGROUP_SKB, EGRESS, "jumps", insns,
			     sizeof(insns) / sizeof(*insns));
}

static int prog_deny(void)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return raw_prog_load(BPF_PROG_TYPE_CGROUP_SKB, EGRESS, "deny", insns,
			     sizeof(insns) / sizeof(*insns));
}

/* The loader: attaches its filter, and lives until the pipe is closed. */
static void loader(int ready, int end)
{
	int array = array_create(), jumps = prog_jumps(array), deny = prog_deny();
	char byte = 0;

	if (array < 0 || jumps < 0 || deny < 0 ||
	    array_element(BPF_MAP_UPDATE_ELEM, array, SLOT, (uint32_t)deny) ||
	    raw_attach(fixture.cgroup.fd, jumps, EGRESS, RAW_MULTI))
		_exit(1);
	if (write(ready, &byte, 1) != 1)
		_exit(2);
	_exit(read(end, &byte, 1) < 0);
}

/* Sends a packet from the cgroup. */
static bool is_denied(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int status, fd;
	pid_t pid = fork();

	if (!pid) {
		to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		/* a socket belongs to the cgroup in which it was made */
		fd = scratch_enter(&fixture.cgroup) ? -1 : socket(AF_INET, SOCK_DGRAM, 0);
		if (fd < 0)
			_exit(2);
		status = (int)sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to));
		_exit(status < 0 && errno == EPERM);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) > 1)
		bail_out("no packet was sent");
	return WEXITSTATUS(status);
}

static void replace(void)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .keep_old = 1 };
	cgswap_session *session = state_dir_session();
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	cgswap_program *program = live_program(session, fixture.spare);
	cgswap_replace *replace;

	expect_ok(cgswap_replace_new(&replace, session, &opts), "a transaction");
	expect_ok(cgswap_replace_add(replace, chain, "name:jumps", program, NULL), "its step");
	expect_ok(cgswap_replace_commit(replace, NULL), "its commit");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

/* Leaves a transaction that is held, and no loader. Returns the id of the array. */
static uint32_t leave_one(void)
{
	int ready[2], end[2], status, fd;
	uint32_t ids[RAW_MAPS_MAX];
	struct raw_chain now;
	char byte;
	pid_t pid;

	if (pipe(ready) || pipe(end))
		bail_out("no pipe");
	pid = fork();
	if (!pid) {
		close(end[1]);
		loader(ready[1], end[0]);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		bail_out("the loader failed");
	now = chain_now(fixture.cgroup.fd, EGRESS);
	fd = raw_prog_open(now.ids[0]);
	is_int(raw_prog_maps(fd, ids), 1, "the filter has one map");
	raw_close(fd);
	ok(is_denied(), "it denies a packet");
	replace();
	ok(!is_denied(), "the new program does not");
	close(end[1]);
	if (waitpid(pid, &status, 0) != pid || status)
		bail_out("the loader ended with %d", status);
	close(ready[0]);
	close(end[0]);
	return ids[0];
}

static enum cgswap_status undo(uint32_t old_maps)
{
	const struct cgswap_undo_opts opts = { .sz = sizeof(opts), .old_maps = old_maps };
	cgswap_session *session = state_dir_session();
	enum cgswap_status status = cgswap_session_undo(NULL, session, &opts);

	cgswap_session_unref(session);
	return status;
}

int main(void)
{
	int array;

	need_live();
	bpffs_private();
	fixture = fixture_new("tail", 0);

	leave_one();
	expect_ok(undo(0), "an undo after the loader exited");
	ok(is_denied(), "the packet is still denied");
	raw_detach(fixture.cgroup.fd, raw_prog_open(chain_now(fixture.cgroup.fd, EGRESS).ids[0]),
		   EGRESS);

	array = raw_map_open(leave_one());
	if (array_element(BPF_MAP_DELETE_ELEM, array, SLOT, 0))
		bail_out("the slot cannot be emptied");
	raw_close(array);
	is_int(undo(0), CGSWAP_E_CONFLICT, "an undo after the slot was emptied");
	is_int(cgswap_error_get_cause(cgswap_last_error()), CGSWAP_CAUSE_UNDO_LOSES_STATE,
	       "its cause");
	expect_message("slot 3 of map");
	expect_message("'jump'");
	expect_ok(undo(1), "an undo with old_maps");
	ok(!is_denied(), "the old filter is empty now");
	fixture_free(&fixture);
	return done_testing();
}
