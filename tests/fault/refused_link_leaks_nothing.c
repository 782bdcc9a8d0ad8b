/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A link that was made and cannot be pinned is taken off again, even where the pin that was put
 * aside for it cannot be removed: a pin would keep it attached.
 */
#include "../lib/tap.h"
#include "leaks.h"
#include "scenarios.h"

#include <errno.h>
#include <string.h>

/* From the move on nothing can be done to pins. */
static void hinder(enum door_op op, void *user)
{
	(void)user;
	if (op != DOOR_PIN_MOVE && op != DOOR_UNPIN)
		return;
	door.fail_op = op;
	door.fail_at = door.calls[op];
	door.fail_errno = EBUSY;
}

int main(void)
{
	const struct cgswap_attach_opts opts = {
		.sz = sizeof(opts),
		.link = 1,
		.pin = stage.pin_free,
	};
	struct stage_look now;
	struct run run;

	stage_set(false);
	memset(&run, 0, sizeof(run));
	if (!run_open(&run))
		bail_out("%s", run_tell(&run));
	door_reset();
	door.before = hinder;
	run_did(&run, cgswap_chain_attach(run.chain[1], run.program[0], &opts));
	if (!ok(run.cause == CGSWAP_CAUSE_PIN_FAILED, "a link that cannot be pinned: pin_failed"))
		diag("got %s", run_tell(&run));
	ok(ledger_aside() == 1, "the pin that was put aside is left");
	now = stage_look();
	ok(!memcmp(now.chain, stage.start.chain, sizeof(now.chain)), "and nothing is attached");
	door_reset();
	run_end(&run);
	stage_reset();
	stage_strike();
	return done_testing();
}
