/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program array without a program in it is reused like any other map: the step reports it, also
 * where all maps are required, and with new maps it is new.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

static void swap_with(const struct map_fixture *fixture, enum cgswap_map_policy policy, bool reused,
		 const char *reason)
{
	uint32_t jumps = map_fixture_map(fixture, "jumps");
	cgswap_replace *replace;

	if (!expect_ok(map_fixture_plan(fixture, &replace, "object/tail_call", policy),
		       "a step with the policy %s", cgswap_map_policy_get_name(policy)))
		return;
	map_fixture_said(replace, "hits", reused, reason);
	map_fixture_said(replace, "jumps", reused, reason);
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	ok(jumps && (map_fixture_map(fixture, "jumps") == jumps) == reused, "the array is %s",
	   reused ? "the same" : "another one");
}

int main(void)
{
	struct map_fixture fixture;

	need_live();
	fixture = map_fixture_new("jumps", "object/tail_call");
	swap_with(&fixture, CGSWAP_MAPS_REUSE, true, "same map as the old program's");
	swap_with(&fixture, CGSWAP_MAPS_REQUIRE, true, "same map as the old program's");
	swap_with(&fixture, CGSWAP_MAPS_NEW, false, "new: requested by the map policy");
	map_fixture_free(&fixture);
	return done_testing();
}
