/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A commit and a rollback allocate no memory, for all kinds of steps and with pins at a free path
 * and at the old program's path.
 */
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"
#include "memory.h"
#include "scenarios.h"

#include <string.h>

static void there_and_back(bool (*make)(struct run *run), const char *name)
{
	bool asked, done;
	struct run run;

	memset(&run, 0, sizeof(run));
	if (!make(&run))
		bail_out("%s", run_text(&run));
	for (int i = 0; i < 2; i++) {
		memory_fail(1, true);
		done = run_did(&run, cgswap_replace_commit(run.replace, NULL));
		asked = memory_relent();
		if (!ok(done && !asked, "%s: a commit allocates nothing", name))
			diag("%s", run_text(&run));
		memory_fail(1, true);
		done = run_did(&run, cgswap_replace_rollback(run.replace));
		asked = memory_relent();
		if (!ok(done && !asked, "%s: a rollback allocates nothing", name))
			diag("%s", run_text(&run));
	}
	run_end(&run);
	fault_fixture_reset();
}

static bool plan_plain(struct run *run)
{
	return run_plan(run, NULL);
}

int main(void)
{
	fault_fixture_build(true);
	there_and_back(plan_plain, "plain entries");
	if (kernel_knows_flags(RAW_PREORDER) && kernel_has_revision())
		there_and_back(run_plan_mixed, "links, override mode and preorder, two pins");
	fault_fixture_free();
	return done_testing();
}
