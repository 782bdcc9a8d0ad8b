/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A link that was created but cannot be pinned is detached again, even where its temporary pin cannot
 * be removed, since that pin would keep it attached.
 */
#include "../lib/tap.h"
#include "leaks.h"
#include "scenarios.h"

#include <errno.h>
#include <string.h>

/* From the move on, no call for pins works. */
static void hinder(enum fault_kernel_op op, void *user)
{
	(void)user;
	if (op != FAULT_KERNEL_PIN_MOVE && op != FAULT_KERNEL_UNPIN)
		return;
	fault_kernel.fail_op = op;
	fault_kernel.fail_at = fault_kernel.calls[op];
	fault_kernel.fail_errno = EBUSY;
}

int main(void)
{
	const struct cgswap_attach_opts opts = {
		.sz = sizeof(opts),
		.link = 1,
		.pin = fixture.pin_free,
	};
	struct fault_fixture_look now;
	struct run run;

	fault_fixture_build(false);
	memset(&run, 0, sizeof(run));
	if (!run_open(&run))
		bail_out("%s", run_text(&run));
	fault_kernel_reset();
	fault_kernel.before = hinder;
	run_did(&run, cgswap_chain_attach(run.chain[1], run.program[0], &opts));
	if (!ok(run.cause == CGSWAP_CAUSE_PIN_FAILED, "a link that cannot be pinned: pin_failed"))
		diag("got %s", run_text(&run));
	ok(leaks_aside() == 1, "the temporary pin is left");
	now = fault_fixture_look();
	ok(!memcmp(now.chain, fixture.start.chain, sizeof(now.chain)), "nothing is attached");
	fault_kernel_reset();
	run_end(&run);
	fault_fixture_reset();
	fault_fixture_free();
	return done_testing();
}
