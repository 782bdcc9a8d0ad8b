/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a LINK_UPDATE may hit another program, it is made only if there is certainly no preorder entry:
 * a descendant cgroup that cannot be opened, or whose chain cannot be read, may have one.
 */
#include "../lib/attach_types.h"
#include "../lib/tap.h"
#include "scenarios.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CHAIN = FAULT_FIXTURE_CGROUPS };

static void detach(int cgroup, int program)
{
	const struct kernel_attach request = {
		.target_fd = cgroup,
		.program_fd = program,
		.type = INGRESS,
	};

	if (fixture.kernel->ops->detach(fixture.kernel, &request))
		bail_out("cannot detach");
}

/* Fails from the listing of children on: before it, calls concern our own cgroup. */
static void darken(enum fault_kernel_op op, void *user)
{
	const enum fault_kernel_op *failing = user;

	if (!fault_kernel.calls[FAULT_KERNEL_CGROUP_CHILDREN] || op != *failing)
		return;
	fault_kernel.fail_op = op;
	fault_kernel.fail_at = fault_kernel.calls[op];
	fault_kernel.fail_errno = EACCES;
}

static enum cgswap_cause replace(const enum fault_kernel_op *failing)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .disable_features = "link_update_order" };
	enum fault_kernel_op op = failing ? *failing : FAULT_KERNEL_OPS;
	char link[32];
	struct run run;

	memset(&run, 0, sizeof(run));
	snprintf(link, sizeof(link), "link:%u", fixture.link_id);
	if (!run_did(&run, cgswap_session_open(&run.session, &opts)) ||
	    !run_did(&run,
		     cgswap_chain_open(&run.chain[CHAIN], run.session, fixture.path[0], "ingress")) ||
	    !run_did(&run, cgswap_program_open(&run.program[0], run.session,
					       fault_fixture_by_fd(fixture.new[0]), NULL)) ||
	    !run_did(&run, cgswap_replace_new(&run.replace, run.session, NULL)))
		bail_out("%s", run_text(&run));
	fault_kernel_reset();
	fault_kernel.before = darken;
	fault_kernel.user = &op;
	run_did(&run,
		cgswap_replace_add(run.replace, run.chain[CHAIN], link, run.program[0], NULL));
	ok(!failing || fault_kernel.failed == 1, "%s", failing ? "a child is unreadable" : "all chains are readable");
	diag("%s", run_text(&run));
	run_end(&run);
	fault_kernel_reset();
	return run.cause;
}

int main(void)
{
	static const enum fault_kernel_op unreadable_ops[] = { FAULT_KERNEL_CGROUP_OPEN, FAULT_KERNEL_QUERY };
	struct kernel_attach below = { .type = INGRESS, .flags = KERNEL_MULTI };

	fault_fixture_build(false);
	ok(replace(NULL) == CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, "a preorder entry: refused");
	detach(fixture.cgroup[0], fixture.side_old[SIDE_PREORDER]);
	ok(replace(NULL) == CGSWAP_CAUSE_NONE, "no preorder entry: done");
	for (size_t i = 0; i < sizeof(unreadable_ops) / sizeof(unreadable_ops[0]); i++)
		ok(replace(&unreadable_ops[i]) == CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, "%s fails for a child: refused",
		   fault_kernel_names[unreadable_ops[i]]);
	below.target_fd = (uint32_t)fixture.child;
	below.program_fd = (uint32_t)fixture.child_program;
	if (fixture.kernel->ops->attach(fixture.kernel, &below))
		bail_out("cannot attach to the child");
	ok(replace(NULL) == CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, "a program of the child: refused");
	detach(fixture.child, fixture.child_program);
	ok(replace(NULL) == CGSWAP_CAUSE_NONE, "after its detach: done");
	fault_fixture_reset();
	fault_fixture_free();
	return done_testing();
}
