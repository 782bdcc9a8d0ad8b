/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program array is not reused, as filling it would change the old program too: the step reports a
 * new map, and with all maps required the step is an error.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

int main(void)
{
	cgswap_replace *replace;
	struct map_fixture fixture;
	uint32_t jumps;

	need_live();
	fixture = map_fixture_new("jumps", "object/tail_call");
	jumps = map_fixture_map(&fixture, "jumps");
	expect_ok(map_fixture_plan(&fixture, &replace, "object/tail_call", CGSWAP_MAPS_REUSE),
		  "a step with the same program");
	map_fixture_said(replace, "hits", true, "same map as the old program's");
	map_fixture_said(replace, "jumps", false, "new: a program array cannot be shared");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	ok(jumps && map_fixture_map(&fixture, "jumps") != jumps,
	   "the new program has a program array of its own");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "object/tail_call", CGSWAP_MAPS_REQUIRE),
		     MAP_DROPPED, "with all maps required");
	expect_message("is a program array, which cannot be shared");
	map_fixture_free(&fixture);
	return done_testing();
}
