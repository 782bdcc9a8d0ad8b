/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another writer updates a link just before any call that a detach makes, but for the last one: the
 * detach names the link's first program, and never takes the second one off in its place.
 */
#include "fixture.h"

#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/tap.h"
#include "fault_kernel.h"
#include "scenarios.h"

#include <stdio.h>
#include <string.h>

enum { MOST_CALLS = 300 };

static int link_fd;
static unsigned calls, at;
static bool updated;

static void update(enum fault_kernel_op op, void *user)
{
	const struct kernel_link_update request = {
		.link_fd = (uint32_t)link_fd,
		.new_fd = (uint32_t)fixture.new[1],
	};

	(void)user;
	if (op == FAULT_KERNEL_LINK_DETACH || ++calls != at)
		return;
	updated = fixture.kernel->ops->link_update(fixture.kernel, &request) == 0;
}

static void hold(void)
{
	const struct kernel_link_create request = {
		.program_fd = (uint32_t)fixture.new[0],
		.target_fd = (uint32_t)fixture.cgroup[1],
		.type = EGRESS,
	};

	link_fd = fixture.kernel->ops->link_create(fixture.kernel, &request);
	if (link_fd < 0)
		bail_out("cannot create a link: %s", cgswap_errno_get_name(-link_fd));
}

/* One detach with the update before call `at`; false when there was no such call. */
static bool detach_once(struct run *run, bool by_revision, unsigned *wrong, unsigned *refused)
{
	struct cgswap_detach_opts opts = { .sz = sizeof(opts) };
	struct kernel_link link;
	enum cgswap_status status;

	hold();
	if (cgswap_chain_read(run->chain[1]))
		bail_out("the chain cannot be read");
	if (by_revision)
		opts.expected_revision = cgswap_chain_get_revision(run->chain[1]);
	calls = 0;
	updated = false;
	fault_kernel_reset();
	fault_kernel.before = update;
	status = cgswap_chain_detach(run->chain[1], fault_fixture_by_id(fixture.new_id[0]), &opts);
	fault_kernel.before = NULL;
	if (fixture.kernel->ops->link_info(fixture.kernel, link_fd, &link))
		bail_out("the link cannot be described");
	if (!status && link.program_id != fixture.new_id[0]) {
		diag("by revision %d, call %u: the second program was detached", by_revision, at);
		(*wrong)++;
	}
	*refused += status != CGSWAP_OK;
	fixture.kernel->ops->close(fixture.kernel, link_fd);
	return updated;
}

static void sweep(struct run *run, bool by_revision)
{
	const char *how = by_revision ? "by revision" : "by id";
	unsigned wrong = 0, refused = 0;

	for (at = 1; at < MOST_CALLS && detach_once(run, by_revision, &wrong, &refused); at++)
		;
	ok(at > 5 && at < MOST_CALLS, "%s: a detach made %u calls", how, at - 1);
	ok(refused > 0, "%s: it is refused when the program has gone", how);
	ok(wrong == 0, "%s: the second program was never detached", how);
}

int main(void)
{
	struct run run;

	fault_fixture_build(false);
	memset(&run, 0, sizeof(run));
	if (!run_open(&run))
		bail_out("%s", run_text(&run));
	sweep(&run, false);
	sweep(&run, true);
	run_end(&run);
	ok(fault_kernel.open == 0, "no descriptor is left");
	fault_fixture_free();
	return done_testing();
}
