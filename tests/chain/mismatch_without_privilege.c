/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without any capability, an attach of a connect6 program to connect4 is refused for its attach type,
 * and not for a reason that cannot be found: an attach without a cgroup tells it. One of a connect4
 * program is done, and the dry run tells both.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

static struct scratch cgroup;
static int four, six;

static void attach_both(void)
{
	const struct cgswap_attach_opts dry = { .sz = sizeof(dry), .dry_run = 1 };
	cgswap_session *session = live_session();
	cgswap_chain *chain = live_chain(session, cgroup.path, "connect4");
	cgswap_program *wrong = live_program(session, six), *right = live_program(session, four);

	EXPECT_CAUSE(cgswap_chain_attach(chain, wrong, &dry), EXPECTED_ATTACH_TYPE_MISMATCH,
		     "a dry run with a connect6 program");
	EXPECT_CAUSE(cgswap_chain_attach(chain, wrong, NULL), EXPECTED_ATTACH_TYPE_MISMATCH,
		     "an attach of a connect6 program");
	expect_ok(cgswap_chain_attach(chain, right, &dry), "a dry run with a connect4 program");
	expect_ok(cgswap_chain_attach(chain, right, NULL), "an attach of a connect4 program");
	EXPECT_CAUSE(cgswap_chain_attach(chain, right, &dry), ALREADY_ATTACHED, "a second dry run");
	EXPECT_CAUSE(cgswap_chain_attach(chain, right, NULL), ALREADY_ATTACHED, "a second attach");
	cgswap_program_unref(right);
	cgswap_program_unref(wrong);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

int main(void)
{
	need_live();
	need_flags(RAW_BEFORE, "BPF_F_BEFORE");
	cgroup = scratch_new("mismatch");
	four = prog_pass(CONNECT4, "four");
	six = prog_pass(CONNECT6, "six");
	/* a process without capabilities can open descriptors that it has, and no pins */
	without_capabilities(UINT64_MAX, attach_both);
	raw_close(four);
	raw_close(six);
	return done_testing();
}
