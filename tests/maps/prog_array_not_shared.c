/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program array is emptied with its last descriptor, and what fills it would change the old program
 * too: it is made anew and says so, and where all state is required the swap is refused.
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
	expect_ok(map_fixture_plan(&fixture, &replace, "object/tail_call", CGSWAP_MAPS_REUSE), "the same again");
	map_fixture_said(replace, "hits", true, "same map as the old program's");
	map_fixture_said(replace, "jumps", false, "new: a program array cannot be shared");
	expect_ok(cgswap_replace_commit(replace, NULL), "takes its place");
	cgswap_replace_unref(replace);
	ok(jumps && map_fixture_map(&fixture, "jumps") != jumps, "it has a program array of its own");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "object/tail_call", CGSWAP_MAPS_REQUIRE), MAP_DROPPED,
		     "required, it is refused");
	expect_message("is a program array, which cannot be shared");
	map_fixture_free(&fixture);
	return done_testing();
}
