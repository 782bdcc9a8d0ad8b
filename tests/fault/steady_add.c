/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After the first step of a session, adding a step loads no program and makes no cgroup, whatever
 * chain and transaction it is for; with the preorder option not even the first one does. A commit
 * never does. A check asks once for what is the same for all steps. A kernel that has preorder but
 * cannot reject a probe makes a child cgroup in an add, and in no commit.
 */
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"
#include "fixture.h"

#include <stdio.h>

static cgswap_session *session;
static cgswap_program *program;

struct made {
	unsigned loads, cgroups, attaches, queries, total;
};

static struct made made_now(void)
{
	struct made made = {
		.loads = fault_kernel.calls[FAULT_KERNEL_LOAD],
		.cgroups = fault_kernel.calls[FAULT_KERNEL_CGROUP_MAKE],
		.attaches = fault_kernel.calls[FAULT_KERNEL_ATTACH],
		.queries = fault_kernel.calls[FAULT_KERNEL_QUERY],
		.total = fault_kernel.total - fault_kernel.calls[FAULT_KERNEL_KIND] -
			 fault_kernel.calls[FAULT_KERNEL_CLOSE],
	};

	fault_kernel_reset();
	return made;
}

/* Adds a step for one entry of a chain, and counts its calls. */
static struct made add(cgswap_replace *replace, int cgroup, size_t position,
		       enum cgswap_preorder preorder)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .preorder = preorder };
	cgswap_chain *chain = live_chain(session, fixture.path[cgroup], "egress");
	char old[32];
	struct made made;

	snprintf(old, sizeof(old), "pos:%zu", position);
	fault_kernel_reset();
	if (cgswap_replace_add(replace, chain, old, program, &opts))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	made = made_now();
	cgswap_chain_unref(chain);
	return made;
}

static void begin(const char *disable_features)
{
	session = live_session_without(disable_features);
	program = live_program(session, fixture.new[0]);
}

static void end(void)
{
	cgswap_program_unref(program);
	cgswap_session_unref(session);
}

static cgswap_replace *transaction(void)
{
	cgswap_replace *replace;

	if (cgswap_replace_new(&replace, session, NULL))
		bail_out("no transaction");
	return replace;
}

static void with_order(void)
{
	cgswap_replace *replace;
	struct made made;

	begin(NULL);
	replace = transaction();
	add(replace, 0, 1, CGSWAP_PREORDER_NO); /* asks for features, too */
	made = add(replace, 1, 0, CGSWAP_PREORDER_NO);
	ok(!made.loads && made.attaches == 2,
	   "with the preorder option nothing is loaded, and two rejected attaches show a plain entry");
	cgswap_replace_unref(replace);
	replace = transaction();
	made = add(replace, 1, 0, CGSWAP_PREORDER_DEFAULT);
	is_int(made.loads, 1, "the first step loads a probe program");
	is_int(made.cgroups, 0, "it makes no cgroup");
	made = add(replace, 0, 1, CGSWAP_PREORDER_DEFAULT);
	diag("the second step: %u calls", made.total);
	is_int(made.loads, 0, "the second step loads nothing");
	is_int(made.cgroups, 0, "it makes no cgroup");
	is_int(made.attaches, 3, "it makes one attach more, which the kernel rejects");
	if (cgswap_replace_check(replace)) /* asks for the other features */
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	fault_kernel_reset();
	ok(!cgswap_replace_check(replace), "a check of both");
	made = made_now();
	is_int(made.attaches, 4,
	       "it asks once for the new program, for each of the old ones, and for their ancestors");
	is_int(made.queries, 3, "it asks once for the privilege, and reads each chain once");
	fault_kernel_reset();
	ok(!cgswap_replace_commit(replace, NULL) && !cgswap_replace_rollback(replace),
	   "commit and rollback");
	made = made_now();
	ok(!made.loads && !made.cgroups, "they load nothing and make no cgroup");
	cgswap_replace_unref(replace);
	replace = transaction();
	made = add(replace, 0, 2, CGSWAP_PREORDER_DEFAULT);
	ok(!made.loads && !made.cgroups, "neither does another transaction");
	cgswap_replace_unref(replace);
	end();
}

/* The step is read again in the commit, because the chain has changed. */
static void without_order(void)
{
	struct kernel_attach more = {
		.target_fd = (uint32_t)fixture.cgroup[1],
		.program_fd = (uint32_t)fixture.new[1],
		.type = 1,
		.flags = KERNEL_MULTI,
	};
	cgswap_replace *replace;
	enum cgswap_cause cause = CGSWAP_CAUSE_NONE;
	struct made made;

	begin("ordering");
	replace = transaction();
	made = add(replace, 1, 0, CGSWAP_PREORDER_DEFAULT);
	is_int(made.cgroups, 1, "without order a step makes a child cgroup");
	if (fixture.kernel->ops->attach(fixture.kernel, &more))
		bail_out("cannot attach");
	fault_kernel_reset();
	if (cgswap_replace_commit(replace, NULL))
		cause = cgswap_error_get_cause(cgswap_last_error());
	made = made_now();
	is_int(made.cgroups, 0, "a commit makes none, though the chain has changed");
	ok(cause == CGSWAP_CAUSE_PREORDER_WOULD_CHANGE, "it is refused: %s",
	   cgswap_cause_get_name(cause));
	fixture.kernel->ops->detach(fixture.kernel, &more);
	cgswap_replace_unref(replace);
	end();
}

int main(void)
{
	fault_fixture_build(false);
	with_order();
	without_order();
	fault_fixture_reset();
	fault_fixture_free();
	return done_testing();
}
