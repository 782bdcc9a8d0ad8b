/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where an update of a link may hit another program, it is made only if there is no preorder entry
 * for sure: a cgroup below that cannot be opened, or whose chain cannot be read, may hold one.
 */
#include "../lib/attach_types.h"
#include "../lib/tap.h"
#include "scenarios.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CHAIN = STAGE_CGROUPS };

static void detach(int cgroup, int program)
{
	const struct kernel_attach request = {
		.target_fd = cgroup,
		.program_fd = program,
		.type = INGRESS,
	};

	if (stage.kernel->ops->detach(stage.kernel, &request))
		bail_out("cannot detach");
}

/* From when the children were asked for: before that it is our own cgroup. */
static void darken(enum door_op op, void *user)
{
	const enum door_op *dark = user;

	if (!door.calls[DOOR_CGROUP_CHILDREN] || op != *dark)
		return;
	door.fail_op = op;
	door.fail_at = door.calls[op];
	door.fail_errno = EACCES;
}

static enum cgswap_cause replace(const enum door_op *dark)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .disable_features = "link_update_order" };
	enum door_op op = dark ? *dark : DOOR_OPS;
	char link[32];
	struct run run;

	memset(&run, 0, sizeof(run));
	snprintf(link, sizeof(link), "link:%u", stage.link_id);
	if (!run_did(&run, cgswap_session_open(&run.session, &opts)) ||
	    !run_did(&run,
		     cgswap_chain_open(&run.chain[CHAIN], run.session, stage.path[0], "ingress")) ||
	    !run_did(&run, cgswap_program_open(&run.program[0], run.session,
					       stage_by_fd(stage.new[0]), NULL)) ||
	    !run_did(&run, cgswap_replace_new(&run.replace, run.session, NULL)))
		bail_out("%s", run_tell(&run));
	door_reset();
	door.before = darken;
	door.user = &op;
	run_did(&run,
		cgswap_replace_add(run.replace, run.chain[CHAIN], link, run.program[0], NULL));
	ok(!dark || door.failed == 1, "%s", dark ? "a child is dark" : "all can be looked into");
	diag("%s", run_tell(&run));
	run_end(&run);
	door_reset();
	return run.cause;
}

int main(void)
{
	static const enum door_op darks[] = { DOOR_CGROUP_OPEN, DOOR_QUERY };
	struct kernel_attach below = { .type = INGRESS, .flags = KERNEL_MULTI };

	stage_set(false);
	ok(replace(NULL) == CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, "a preorder entry: refused");
	detach(stage.cgroup[0], stage.side_old[SIDE_PREORDER]);
	ok(replace(NULL) == CGSWAP_CAUSE_NONE, "no preorder entry: done");
	for (size_t i = 0; i < sizeof(darks) / sizeof(darks[0]); i++)
		ok(replace(&darks[i]) == CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, "%s fails below: refused",
		   door_names[darks[i]]);
	below.target_fd = (uint32_t)stage.child;
	below.program_fd = (uint32_t)stage.child_program;
	if (stage.kernel->ops->attach(stage.kernel, &below))
		bail_out("cannot attach below");
	ok(replace(NULL) == CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, "a program below: refused");
	detach(stage.child, stage.child_program);
	ok(replace(NULL) == CGSWAP_CAUSE_NONE, "none any more: done");
	stage_reset();
	stage_strike();
	return done_testing();
}
