/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * To explain a refusal takes few kernel calls, and at most one walk over the machine's links. The fault
 * kernel counts them.
 */
#include "../lib/live.h"
#include "../lib/tap.h"
#include "scenarios.h"

#include <string.h>

enum { CALLS_MAX = 24 };

/* The calls of a walk depend on the links of other processes: it counts as one. */
static unsigned calls_made(void)
{
	unsigned walk = fault_kernel.calls[FAULT_KERNEL_NEXT_LINK] +
			fault_kernel.calls[FAULT_KERNEL_LINK_BY_ID] +
			fault_kernel.calls[FAULT_KERNEL_LINK_INFO];

	if (fault_kernel.walks)
		walk += fault_kernel.calls[FAULT_KERNEL_LINK_INFO] - 1;
	else
		walk = 0;
	return fault_kernel.total - walk;
}

static void refused(struct run *run, enum cgswap_status status, enum cgswap_cause cause)
{
	unsigned calls = calls_made();

	run_did(run, status);
	ok(run->cause == cause && calls <= CALLS_MAX && fault_kernel.walks <= 1,
	   "%s: %u calls, %u walks", cgswap_cause_get_name(run->cause), calls, fault_kernel.walks);
	fault_kernel_reset();
}

static void attaching(struct run *run)
{
	const struct cgswap_attach_opts none = { .sz = sizeof(none), .mode = CGSWAP_MODE_NONE };
	cgswap_program *attached;

	if (cgswap_program_open(&attached, run->session,
				fault_fixture_by_id(fixture.old_id[1][0]), NULL))
		bail_out("cannot open a program");
	/* the features are probed once */
	cgswap_chain_attach(run->chain[1], attached, NULL);
	fault_kernel_reset();
	refused(run, cgswap_chain_attach(run->chain[1], attached, NULL), CGSWAP_CAUSE_ALREADY_ATTACHED);
	refused(run, cgswap_chain_attach(run->chain[1], run->program[0], &none),
		CGSWAP_CAUSE_OWN_MODE_CONFLICT);
	cgswap_program_unref(attached);
}

static void detaching(struct run *run)
{
	refused(run,
		cgswap_chain_detach(run->chain[1], fault_fixture_by_id(fixture.new_id[0]), NULL),
		CGSWAP_CAUSE_NOT_ATTACHED);
	refused(run, cgswap_chain_detach(run->chain[1], "name:absent", NULL),
		CGSWAP_CAUSE_NOT_ATTACHED);
}

/* The old program is detached after it was added. */
static void committing(struct run *run)
{
	const struct kernel_attach off = {
		.target_fd = (uint32_t)fixture.cgroup[1],
		.program_fd = (uint32_t)fixture.old[1][2],
		.type = 1,
	};

	if (cgswap_replace_new(&run->replace, run->session, NULL) ||
	    cgswap_replace_add(run->replace, run->chain[1], fault_fixture_by_id(fixture.old_id[1][2]),
			       run->program[1], NULL))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	fixture.kernel->ops->detach(fixture.kernel, &off);
	fault_kernel_reset();
	refused(run, cgswap_replace_check(run->replace), CGSWAP_CAUSE_LOST_RACE);
	refused(run, cgswap_replace_commit(run->replace, NULL), CGSWAP_CAUSE_LOST_RACE);
}

int main(void)
{
	struct run run;

	memset(&run, 0, sizeof(run));
	fault_fixture_build(true);
	if (!run_open(&run))
		bail_out("%s", run_text(&run));
	attaching(&run);
	detaching(&run);
	committing(&run);
	run_end(&run);
	fault_fixture_free();
	return done_testing();
}
