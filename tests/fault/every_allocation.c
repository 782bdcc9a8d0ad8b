/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every scenario, with every allocation of the library failing in turn, once or from then on: it
 * is out_of_memory, or it could be done without; nothing is lost, neither memory nor descriptors,
 * and the chains are as before or as they were meant to be.
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
		fault_fixture_tell(&now, after);
		return false;
	}
	if (run->status && !fault_fixture_same(&now, &fixture.start)) {
		fault_fixture_tell(&now, &fixture.start);
		return false;
	}
	return true;
}

/* A refusal that comes with memory as well may come first. */
static bool is_told(const struct run *run, const struct run *unhindered)
{
	if (!run->status || run->cause == unhindered->cause)
		return true;
	return run->cause == CGSWAP_CAUSE_OUT_OF_MEMORY && run->status == CGSWAP_E_NO_MEMORY &&
	       *run->message && *run->remedy;
}

/* Whether there was an n-th allocation to fail. */
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
		diag("allocation %u%s: %s", at, on ? " and all after it" : "", run_tell(&run));
		good = false;
	}
	if (fault_kernel.open || fault_fixture_open_count() != open) {
		diag("allocation %u: a descriptor is left open", at);
		fault_kernel.open = 0;
		good = false;
	}
	if (memory_held() != held) {
		diag("allocation %u: %zu blocks were held before, and %zu are now", at, held,
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
	fault_fixture_set(true);
	for (size_t i = 0; i < scenario_count; i++)
		fail_each(&scenarios[i]);
	fault_fixture_strike();
	return done_testing();
}
