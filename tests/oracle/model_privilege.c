/* SPDX-License-Identifier: BSD-2-Clause */
/* The errors for a caller without a capability, on the model. */
#include "modelled.h"

#include "model/model.h"
#include "session/session.h"
#include "../lib/expect.h"
#include "../lib/tap.h"

static cgswap_session *session;

static void set(enum kernel_standing net_admin, enum kernel_standing sys_admin,
		enum kernel_standing bpf)
{
	kernel_model_set_capability(session->kernel, KERNEL_CAP_NET_ADMIN, net_admin);
	kernel_model_set_capability(session->kernel, KERNEL_CAP_SYS_ADMIN, sys_admin);
	kernel_model_set_capability(session->kernel, KERNEL_CAP_BPF, bpf);
}

static void without_net_admin(cgswap_program *program, cgswap_chain *chain)
{
	set(KERNEL_CAP_MISSING, KERNEL_CAP_MISSING, KERNEL_CAP_HELD);
	EXPECT_CAUSE(cgswap_chain_read(chain), MISSING_CAP_NET_ADMIN, "a chain cannot be read");
	EXPECT_CAUSE(cgswap_chain_attach(chain, program, NULL), MISSING_CAP_NET_ADMIN,
		     "a program of cgroup_skb cannot be attached");
}

static void without_sys_admin(cgswap_chain *chain)
{
	cgswap_program *none;

	set(KERNEL_CAP_HELD, KERNEL_CAP_MISSING, KERNEL_CAP_HELD);
	expect_ok(cgswap_chain_read(chain), "a chain can be read without SYS_ADMIN");
	EXPECT_CAUSE(cgswap_program_open(&none, session, "id:1", NULL), MISSING_CAP_SYS_ADMIN,
		     "a program cannot be opened by its id");
	EXPECT_CAUSE(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS), MISSING_CAP_SYS_ADMIN,
		     "programs have no names");
}

static void in_a_user_namespace(cgswap_chain *chain)
{
	cgswap_program *none;

	set(KERNEL_CAP_IN_NAMESPACE, KERNEL_CAP_IN_NAMESPACE, KERNEL_CAP_IN_NAMESPACE);
	EXPECT_CAUSE(cgswap_chain_read(chain), INSIDE_USER_NAMESPACE,
		     "in a user namespace a chain cannot be read");
	EXPECT_CAUSE(cgswap_program_open(&none, session, "id:1", NULL), INSIDE_USER_NAMESPACE,
		     "and a program cannot be opened by its id");
}

static void with_it_again(cgswap_program *program, cgswap_chain *chain)
{
	set(KERNEL_CAP_MISSING, KERNEL_CAP_HELD, KERNEL_CAP_MISSING);
	expect_ok(cgswap_chain_attach(chain, program, NULL), "SYS_ADMIN includes NET_ADMIN");
}

int main(void)
{
	cgswap_program *program;
	cgswap_chain *chain;

	drop_privileges();
	session = model_session(NULL);
	chain = model_chain(session, "web.slice", "egress");
	program = model_program(session, "pin:/sys/fs/bpf/fw2");
	without_net_admin(program, chain);
	without_sys_admin(chain);
	in_a_user_namespace(chain);
	with_it_again(program, chain);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	return done_testing();
}
