/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program array that a loader has filled is shared by the new program under every policy for maps,
 * so that a firewall that denies by a tail call goes on denying, also after a rollback. Only the
 * choice NAME=new starts it empty.
 */
#include "../lib/expect.h"
#include "../lib/fixture_gate.h"
#include "../lib/live.h"
#include "../lib/tap.h"

static const char SHARED[] = "same map as the old program's: 1 of its 8 slots runs a program of the old "
			     "version";

static void swap_and_undo(const struct gate_fixture *gate, enum cgswap_map_policy policy)
{
	cgswap_replace *replace;

	diag("policy %s", cgswap_map_policy_get_name(policy));
	if (!expect_ok(map_fixture_plan(&gate->maps, &replace, gate_fixture_source("gate_v1"), policy),
		       "a step to the next version"))
		return;
	map_fixture_said(replace, "gate_rules", true, SHARED);
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	is_int(map_fixture_map(&gate->maps, "gate_rules"), gate->array, "the array is the same");
	ok(gate_fixture_denies(gate), "the new version denies");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	ok(gate_fixture_denies(gate), "the old version denies again");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed again");
	cgswap_replace_unref(replace);
	ok(gate_fixture_denies(gate), "the new version denies after the transaction is closed");
}

static void starts_empty(const struct gate_fixture *gate, enum cgswap_map_policy policy)
{
	static const char *const choices[] = { "gate_rules=new", NULL };
	cgswap_replace *replace;

	if (!expect_ok(map_fixture_plan_with(&gate->maps, &replace, gate_fixture_source("gate_v1"),
					     policy, choices),
		       "a step with a new array"))
		return;
	map_fixture_said(replace, "gate_rules", false, "new: requested for this map");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	ok(!gate_fixture_denies(gate), "nothing is denied");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	cgswap_replace_unref(replace);
	ok(gate_fixture_denies(gate), "the old version denies");
}

int main(void)
{
	struct gate_fixture gate;

	need_live();
	gate = gate_fixture_new("gate", "gate_v1");
	ok(!gate_fixture_denies(&gate), "with an empty array nothing is denied");
	gate_fixture_fill(&gate, "gate_v1", GATE_SLOT);
	ok(gate_fixture_denies(&gate), "the loader has filled it");
	swap_and_undo(&gate, CGSWAP_MAPS_REUSE);
	swap_and_undo(&gate, CGSWAP_MAPS_REQUIRE);
	swap_and_undo(&gate, CGSWAP_MAPS_NEW);
	starts_empty(&gate, CGSWAP_MAPS_REUSE);
	starts_empty(&gate, CGSWAP_MAPS_NEW);
	gate_fixture_free(&gate);
	return done_testing();
}
