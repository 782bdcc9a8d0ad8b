/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A probe for preorder is attached only at the revision that was read. If the chain changes in between,
 * it is read again. If another thread of the session has the same probe in the chain, the kernel would
 * reject a second one as already attached, which must not be taken for an answer: the preorder entry is
 * found to be preorder.
 */
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"
#include "fixture.h"
#include "replace/replace.h"
#include "session/session_probe.h"

#include <stdio.h>

enum { QUERIES_UNTIL_GONE = 3 };

static cgswap_session *session;
static cgswap_chain *chain;
static cgswap_program *program;

/* Another thread or process attaches this just before the probe, and detaches it some queries later. */
static struct kernel_attach theirs;
static bool attached, detached;

static void interfere(enum fault_kernel_op op, void *user)
{
	(void)user;
	if (op == FAULT_KERNEL_ATTACH && !attached) {
		if (fixture.kernel->ops->attach(fixture.kernel, &theirs))
			bail_out("cannot attach");
		attached = true;
		fault_kernel.calls[FAULT_KERNEL_QUERY] = 0;
	}
	if (op == FAULT_KERNEL_QUERY && attached && !detached &&
	    fault_kernel.calls[FAULT_KERNEL_QUERY] == QUERIES_UNTIL_GONE) {
		theirs.flags = 0;
		if (fixture.kernel->ops->detach(fixture.kernel, &theirs))
			bail_out("cannot detach");
		detached = true;
	}
}

/* Adds a step for an entry while another program comes and goes. */
static void add_beside(size_t entry, int other, bool preorder, const char *name)
{
	cgswap_replace *replace;
	char old[32];

	snprintf(old, sizeof(old), "id:%u", fixture.old_id[0][entry]);
	if (cgswap_replace_new(&replace, session, NULL))
		bail_out("no transaction");
	theirs = (struct kernel_attach){
		.target_fd = (uint32_t)fixture.cgroup[0],
		.program_fd = (uint32_t)other,
		.type = 1,
		.flags = KERNEL_MULTI, /* the order still shows nothing */
	};
	attached = detached = false;
	fault_kernel_reset();
	fault_kernel.before = interfere;
	if (ok(!cgswap_replace_add(replace, chain, old, program, NULL), "%s: a step", name))
		ok(!(replace->steps[0]->target.flags_old & KERNEL_PREORDER) == !preorder,
		   "%s: the entry is %spreorder", name, preorder ? "" : "not ");
	else
		diag("%s", cgswap_error_get_message(cgswap_last_error()));
	fault_kernel.before = NULL;
	ok(attached && fault_kernel.calls[FAULT_KERNEL_ATTACH] > 1,
	   "%s: the first probe was rejected, and gave no answer", name);
	cgswap_replace_unref(replace);
	if (attached && !detached)
		fixture.kernel->ops->detach(fixture.kernel, &theirs);
	fault_fixture_reset();
}

int main(void)
{
	struct session_probe probe;

	fault_fixture_build(false);
	session = live_session();
	chain = live_chain(session, fixture.path[0], "egress");
	program = live_program(session, fixture.new[0]);
	if (session_probe_program(&probe, session, chain->type))
		bail_out("no probe program");
	/* asks for features */
	add_beside(1, fixture.new[1], false, "at first");
	add_beside(1, fixture.new[1], false, "another program, a plain entry");
	add_beside(1, probe.fd, false, "the same probe, a plain entry");
	add_beside(0, probe.fd, true, "the same probe, a preorder entry");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	fault_fixture_free();
	return done_testing();
}
