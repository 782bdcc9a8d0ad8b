/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every scenario with each allocation of the library failing in turn, alone or with all after it: the
 * scenario fails with out_of_memory or succeeds all the same. It leaks neither memory nor
 * descriptors, and the chains are unchanged or as intended.
 */
#include "../lib/tap.h"
#include "memory.h"
#include "scenarios.h"

#include <string.h>

enum { TOLD_MAX = 6 };

static bool is_right(const struct run *run, const struct fault_fixture_look *after)
{
	struct fault_fixture_look now = fault_fixture_look();

	if (!run->status && !fault_fixture_same(&now, after)) {
		fault_fixture_print(&now, after);
		return false;
	}
	if (run->status && !fault_fixture_same(&now, &fixture.start)) {
		fault_fixture_print(&now, &fixture.start);
		return false;
	}
	return true;
}

/* A scenario that fails even with enough memory may fail for its own reason first. */
static bool is_told(const struct run *run, const struct run *unhindered)
{
	if (!run->status || run->cause == unhindered->cause)
		return true;
	return run->cause == CGSWAP_CAUSE_OUT_OF_MEMORY && run->status == CGSWAP_E_NO_MEMORY &&
	       *run->message && *run->remedy;
}

/* Returns false if the scenario has fewer than n allocations. */
static bool fail_one(const struct scenario *scenario, const struct run *unhindered,
		     const struct fault_fixture_look *after, unsigned at, bool on, unsigned *wrong)
{
	size_t open = fault_fixture_open_count(), held = memory_held();
	struct run run;
	bool good;

	fault_kernel_reset();
	memory_fail(at, on);
	run = scenario_run(scenario);
	if (!memory_relent())
		return false;
	good = is_right(&run, after);
	if (!is_told(&run, unhindered)) {
		diag("allocation %u%s: %s", at, on ? " and all after it" : "", run_text(&run));
		good = false;
	}
	if (fault_kernel.open || fault_fixture_open_count() != open) {
		diag("allocation %u: a descriptor was leaked", at);
		fault_kernel.open = 0;
		good = false;
	}
	if (memory_held() != held) {
		diag("allocation %u: %zu blocks were allocated before, and %zu are now", at, held,
		     memory_held());
		good = false;
	}
	*wrong += !good;
	fault_fixture_reset();
	return true;
}

static void fail_each(const struct scenario *scenario)
{
	struct fault_fixture_look after;
	unsigned at, wrong = 0;
	struct run unhindered;

	fault_fixture_reset();
	unhindered = scenario_run(scenario);
	after = fault_fixture_look();
	fault_fixture_reset();
	for (at = 1; wrong < TOLD_MAX; at++) {
		if (!fail_one(scenario, &unhindered, &after, at, false, &wrong))
			break;
		fail_one(scenario, &unhindered, &after, at, true, &wrong);
	}
	ok(!wrong && at > 1, "%s: %u allocations", scenario->name, at - 1);
}

int main(void)
{
	fault_fixture_build(true);
	for (size_t i = 0; i < scenario_count; i++)
		fail_each(&scenarios[i]);
	fault_fixture_free();
	return done_testing();
}
