/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A worker that is nobody and has no capability, but was given descriptors of the cgroup, of the
 * old program and of the new one: with verification off, and preorder said, it swaps device and
 * sock_addr programs, which the kernel asks no capability for. While it adds the step nothing is
 * looked up by an id, and while it commits nothing is read either: a filter of its system calls
 * would kill it.
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

enum { ENTRIES = 3, PLACE = 1 };

static struct scratch cgroup;
static uint32_t hook;
static int progs[ENTRIES], newcomer;

/* Only the lower half of an argument: commands are small, and this half comes first or last. */
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
		bail_out("no filter of system calls: %s", strerror(errno));
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
	cgswap_program *program = live_program(session, newcomer);
	cgswap_chain *chain = live_chain(session, by_fd(cgroup.fd), type_info_of(hook)->name);
	cgswap_replace *replace;

	EXPECT_CAUSE(cgswap_chain_read(chain), MISSING_CAP_NET_ADMIN, "it may not read");
	cgswap_replace_new(&replace, session, &opts);
	forbid_ids();
	expect_ok(cgswap_replace_add(replace, chain, by_fd(progs[PLACE]), program, &step),
		  "a step for %s", type_info_of(hook)->short_name);
	forbid(BPF_PROG_QUERY);
	expect_ok(cgswap_replace_commit(replace, NULL), "it is swapped");
	is_int(cgswap_step_get_state(cgswap_replace_get_step(replace, 0)), CGSWAP_STEP_DONE, "done");
	is_int(cgswap_step_get_guard(cgswap_replace_get_step(replace, 0)), CGSWAP_GUARD_PROGRAM,
	       "held to the old program");
	ok(!cgswap_step_get_verified(cgswap_replace_get_step(replace, 0)), "nobody has looked");
	expect_ok(cgswap_replace_rollback(replace), "and back");
	expect_ok(cgswap_replace_commit(replace, NULL), "and again");
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	cgswap_program_unref(program);
	cgswap_session_unref(session);
}

/* It may not read at which one, but the kernel says that it is not the one. */
static void at_another_revision(cgswap_session *session, cgswap_chain *chain, cgswap_program *program)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = CGSWAP_VERIFY_OFF };
	const struct cgswap_step_opts step = { .sz = sizeof(step),
					       .preorder = CGSWAP_PREORDER_NO,
					       .expected_revision = 100 };
	cgswap_replace *replace;

	cgswap_replace_new(&replace, session, &opts);
	expect_ok(cgswap_replace_add(replace, chain, by_fd(progs[PLACE]), program, &step),
		  "a step for one revision");
	ok(cgswap_step_get_position(cgswap_replace_get_step(replace, 0)) ==
		   CGSWAP_POSITION_UNKNOWN,
	   "in a place that it does not know");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), REVISION_CHANGED, "it is another one");
	cgswap_replace_unref(replace);
}

/* What it needs to be told, and what it cannot know. */
static void refusals(void)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = CGSWAP_VERIFY_OFF };
	const struct cgswap_step_opts step = { .sz = sizeof(step), .preorder = CGSWAP_PREORDER_NO };
	cgswap_session *session = live_session();
	cgswap_program *program = live_program(session, newcomer);
	cgswap_chain *chain = live_chain(session, by_fd(cgroup.fd), type_info_of(hook)->name);
	cgswap_replace *blind, *seeing;

	cgswap_replace_new(&seeing, session, NULL);
	EXPECT_CAUSE(cgswap_replace_add(seeing, chain, by_fd(progs[PLACE]), program, &step),
		     MISSING_CAP_NET_ADMIN, "to verify it would have to read");
	cgswap_replace_new(&blind, session, &opts);
	if (kernel_knows_flags(RAW_PREORDER))
		EXPECT_CAUSE(cgswap_replace_add(blind, chain, by_fd(progs[PLACE]), program, NULL),
			     PREORDER_WOULD_CHANGE, "preorder was not said");
	if (kernel_has_revision())
		at_another_revision(session, chain, program);
	EXPECT_CAUSE(cgswap_replace_add(blind, chain, "pos:1", program, &step),
		     MISSING_CAP_NET_ADMIN, "a place is no descriptor");
	is_int(cgswap_replace_get_length(blind), 0, "there is no step");
	cgswap_replace_unref(blind);
	cgswap_replace_unref(seeing);
	cgswap_chain_unref(chain);
	cgswap_program_unref(program);
	cgswap_session_unref(session);
}

static void for_hook(uint32_t type)
{
	struct raw_chain before;
	int wanted[ENTRIES];

	hook = type;
	cgroup = scratch_new(type_info_of(hook)->short_name);
	prog_pass_many(hook, "p", progs, ENTRIES);
	newcomer = prog_pass(hook, "newcomer");
	for (int i = 0; i < ENTRIES; i++) {
		if (raw_attach(cgroup.fd, progs[i], hook, RAW_MULTI))
			bail_out("cannot attach: %s", strerror(errno));
		wanted[i] = i == PLACE ? newcomer : progs[i];
	}
	before = chain_now(cgroup.fd, hook);
	as_nobody(refusals);
	chain_untouched(cgroup.fd, hook, &before, "after all refusals");
	as_nobody(work);
	chain_is(cgroup.fd, hook, wanted, ENTRIES, "the new program stands in the old one's place");
	for (int i = 0; i < ENTRIES; i++)
		raw_close(progs[i]);
	raw_close(newcomer);
	raw_close(cgroup.fd);
}

int main(void)
{
	need_live();
	for_hook(DEVICE);
	for_hook(CONNECT4);
	return done_testing();
}
