/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An unprivileged worker with descriptors of the cgroup, the old program and the new one swaps
 * device and sock_addr programs, for which the kernel needs no capability, with verification off
 * and the preorder option given. Adding the step looks up no id, and the commit also reads nothing:
 * a filter of system calls would kill the worker.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { ENTRIES = 3, POSITION = 1 };

static struct scratch cgroup;
static uint32_t attach_type;
static int progs[ENTRIES], replacement;

/* The offset of the lower half of an argument, which depends on the byte order. */
static uint32_t command_offset(void)
{
	static const union {
		uint64_t whole;
		uint32_t half[2];
	} one = { .whole = 1 };

	return offsetof(struct seccomp_data, args) + (one.half[0] ? 0 : 4);
}

/* From now on this bpf(2) command kills the process. */
static void forbid(uint32_t command)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, command_offset()),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, command, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(filter) / sizeof(*filter), .filter = filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		bail_out("cannot filter system calls: %s", strerror(errno));
}

static void forbid_ids(void)
{
	static const uint32_t commands[] = {
		BPF_PROG_GET_FD_BY_ID, BPF_PROG_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID,
		BPF_LINK_GET_FD_BY_ID, BPF_LINK_GET_NEXT_ID,
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		forbid(commands[i]);
}

static void work(void)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = CGSWAP_VERIFY_OFF };
	const struct cgswap_step_opts step = { .sz = sizeof(step), .preorder = CGSWAP_PREORDER_NO };
	cgswap_session *session = live_session();
	cgswap_program *program = live_program(session, replacement);
	cgswap_chain *chain = live_chain(session, by_fd(cgroup.fd),
					 type_info_of(attach_type)->name);
	cgswap_replace *replace;

	EXPECT_CAUSE(cgswap_chain_read(chain), MISSING_CAP_NET_ADMIN,
		     "reading the chain without capabilities");
	cgswap_replace_new(&replace, session, &opts);
	forbid_ids();
	expect_ok(cgswap_replace_add(replace, chain, by_fd(progs[POSITION]), program, &step),
		  "a step for %s", type_info_of(attach_type)->short_name);
	forbid(BPF_PROG_QUERY);
	expect_ok(cgswap_replace_commit(replace, NULL), "the step is committed");
	is_int(cgswap_step_get_state(cgswap_replace_get_step(replace, 0)), CGSWAP_STEP_DONE,
	       "the step is done");
	is_int(cgswap_step_get_guard(cgswap_replace_get_step(replace, 0)), CGSWAP_GUARD_PROGRAM,
	       "its guard is the old program");
	ok(!cgswap_step_get_verified(cgswap_replace_get_step(replace, 0)),
	   "the step is not verified");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed again");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	cgswap_program_unref(program);
	cgswap_session_unref(session);
}

/* The worker cannot read the revision, but the kernel compares it. */
static void at_another_revision(cgswap_session *session, cgswap_chain *chain, cgswap_program *program)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = CGSWAP_VERIFY_OFF };
	const struct cgswap_step_opts step = { .sz = sizeof(step),
					       .preorder = CGSWAP_PREORDER_NO,
					       .expected_revision = 100 };
	cgswap_replace *replace;

	cgswap_replace_new(&replace, session, &opts);
	expect_ok(cgswap_replace_add(replace, chain, by_fd(progs[POSITION]), program, &step),
		  "a step with an expected revision");
	ok(cgswap_step_get_position(cgswap_replace_get_step(replace, 0)) == CGSWAP_POSITION_UNKNOWN,
	   "the step has no position");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), REVISION_CHANGED,
		     "commit at another revision");
	cgswap_replace_unref(replace);
}

/* Errors for options that the worker must give, and for what it cannot read. */
static void errors(void)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = CGSWAP_VERIFY_OFF };
	const struct cgswap_step_opts step = { .sz = sizeof(step), .preorder = CGSWAP_PREORDER_NO };
	cgswap_session *session = live_session();
	cgswap_program *program = live_program(session, replacement);
	cgswap_chain *chain = live_chain(session, by_fd(cgroup.fd),
					 type_info_of(attach_type)->name);
	cgswap_replace *blind, *seeing;

	cgswap_replace_new(&seeing, session, NULL);
	EXPECT_CAUSE(cgswap_replace_add(seeing, chain, by_fd(progs[POSITION]), program, &step),
		     MISSING_CAP_NET_ADMIN, "a step with verification");
	cgswap_replace_new(&blind, session, &opts);
	if (kernel_knows_flags(RAW_PREORDER))
		EXPECT_CAUSE(
			cgswap_replace_add(blind, chain, by_fd(progs[POSITION]), program, NULL),
			PREORDER_WOULD_CHANGE, "a step without the preorder option");
	if (kernel_has_revision())
		at_another_revision(session, chain, program);
	EXPECT_CAUSE(cgswap_replace_add(blind, chain, "pos:1", program, &step),
		     MISSING_CAP_NET_ADMIN, "a step with a position as selector");
	is_int(cgswap_replace_get_length(blind), 0, "no step was added");
	cgswap_replace_unref(blind);
	cgswap_replace_unref(seeing);
	cgswap_chain_unref(chain);
	cgswap_program_unref(program);
	cgswap_session_unref(session);
}

static void for_attach_type(uint32_t type)
{
	struct raw_chain before;
	int wanted[ENTRIES];

	attach_type = type;
	cgroup = scratch_new(type_info_of(attach_type)->short_name);
	prog_pass_many(attach_type, "p", progs, ENTRIES);
	replacement = prog_pass(attach_type, "replacement");
	for (int i = 0; i < ENTRIES; i++) {
		if (raw_attach(cgroup.fd, progs[i], attach_type, RAW_MULTI))
			bail_out("cannot attach: %s", strerror(errno));
		wanted[i] = i == POSITION ? replacement : progs[i];
	}
	before = chain_now(cgroup.fd, attach_type);
	as_nobody(errors);
	chain_untouched(cgroup.fd, attach_type, &before, "after all errors");
	as_nobody(work);
	chain_is(cgroup.fd, attach_type, wanted, ENTRIES,
		 "the new program is at the old one's position");
	for (int i = 0; i < ENTRIES; i++)
		raw_close(progs[i]);
	raw_close(replacement);
	raw_close(cgroup.fd);
}

int main(void)
{
	need_live();
	for_attach_type(DEVICE);
	for_attach_type(CONNECT4);
	return done_testing();
}
