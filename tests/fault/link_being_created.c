/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The id of a link that another process is just creating cannot be opened yet: the kernel says EAGAIN.
 * A walk over the links tries again and finds the right answer.
 */
#include "../lib/attach_types.h"
#include "../lib/tap.h"
#include "scenarios.h"

#include <errno.h>
#include <string.h>

static int hold(int program)
{
	const struct kernel_link_create request = {
		.program_fd = program,
		.target_fd = fixture.cgroup[1],
		.type = EGRESS,
	};
	int link = fixture.kernel->ops->link_create(fixture.kernel, &request);

	if (link < 0)
		bail_out("cannot create a link: %s", cgswap_errno_get_name(-link));
	return link;
}

/* at: the number of the look that fails */
static void stumble(unsigned at)
{
	fault_kernel_reset();
	fault_kernel.fail_op = FAULT_KERNEL_LINK_BY_ID;
	fault_kernel.fail_at = at;
	fault_kernel.fail_errno = EAGAIN;
}

static void check(struct run *run, enum cgswap_cause cause, const char *name)
{
	if (!ok(run->cause == cause && fault_kernel.failed == 1, "%s: %s", name,
		cause ? cgswap_cause_get_name(cause) : "done"))
		diag("got %s, and %u faults", run_text(run), fault_kernel.failed);
}

static void walk(struct run *run)
{
	const struct cgswap_attach_opts dry = { .sz = sizeof(dry), .dry_run = 1 };
	const cgswap_entry *entry;
	bool has;

	/* the feature probe makes the same call with an unused id */
	run_did(run, cgswap_session_has(run->session, CGSWAP_FEATURE_LINK_ID, &has));
	stumble(2); /* the first link is the fixture's own */
	run_did(run, cgswap_chain_attach(run->chain[1], run->program[0], &dry));
	check(run, CGSWAP_CAUSE_NONE, "a dry-run attach of a program that a link holds");
	run_did(run, cgswap_chain_read(run->chain[1]));
	stumble(1); /* only the links of the chain are read again */
	run_did(run, cgswap_chain_describe(run->chain[1], CGSWAP_DESCRIBE_LINKS));
	check(run, CGSWAP_CAUSE_NONE, "describing the chain");
	entry = cgswap_chain_get_entry(run->chain[1], FAULT_FIXTURE_ENTRIES);
	ok(cgswap_entry_get_link_id(entry) != 0, "the entry has the link's id");
	/* without the link, this would be taken for a plain entry and refused */
	stumble(1);
	run_did(run, cgswap_chain_detach(run->chain[1], fault_fixture_by_id(fixture.new_id[0]), NULL));
	check(run, CGSWAP_CAUSE_NONE, "detaching the link's entry");
	ok(cgswap_chain_get_length(run->chain[1]) == FAULT_FIXTURE_ENTRIES, "the entry is gone");
}

int main(void)
{
	struct run run;
	int link;

	/* on a model: on the running kernel other processes create and close links */
	fault_fixture_build(false);
	link = hold(fixture.new[0]);
	memset(&run, 0, sizeof(run));
	if (!run_open(&run))
		bail_out("%s", run_text(&run));
	walk(&run);
	run_end(&run);
	ok(fault_kernel.open == 0, "no descriptor is left open");
	fixture.kernel->ops->close(fixture.kernel, link);
	fault_fixture_free();
	return done_testing();
}
