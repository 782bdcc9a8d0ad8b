/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A user namespace whose map is that of the first one is recognised as another, and so is one
 * without /proc.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

static cgswap_session *session;
static cgswap_chain *chain;
static cgswap_program *program;

static void inside(void)
{
	/* without /proc, descriptors cannot be compared */
	expect_refusal(cgswap_chain_read(chain), CGSWAP_CAUSE_INSIDE_USER_NAMESPACE, NULL, "read");
	expect_refusal(cgswap_chain_attach(chain, program, NULL),
		       CGSWAP_CAUSE_INSIDE_USER_NAMESPACE, NULL, "attach");
}

int main(void)
{
	struct scratch cgroup;
	int fd;

	need_live();
	cgroup = scratch_new("namespaces");
	fd = prog_pass(EGRESS, "loose");
	session = live_session();
	chain = live_chain(session, cgroup.path, "egress");
	program = live_program(session, fd);
	in_user_namespace(inside);
	in_full_user_namespace(inside);
	in_user_namespace_without_proc(inside);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	raw_close(fd);
	return done_testing();
}
