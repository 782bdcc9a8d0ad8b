/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One version adds a value to the enum of a variable. The next version cannot give that number
 * another meaning and reuse the variable, although the first version did not know the value.
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
	uint32_t bss;

	need_live();
	fixture = map_fixture_new("mode", "mode_v1");
	bss = map_fixture_map(&fixture, ".bss");
	expect_ok(map_fixture_swap(&fixture, "mode_v3", CGSWAP_MAPS_REQUIRE),
		  "a version with new values");
	expect_ok(map_fixture_swap(&fixture, "mode_v1", CGSWAP_MAPS_REQUIRE),
		  "a version without them again");
	expect_ok(map_fixture_swap(&fixture, "mode_v2", CGSWAP_MAPS_REQUIRE),
		  "a version with another new value");
	expect_ok(map_fixture_swap(&fixture, "mode_v2", CGSWAP_MAPS_REQUIRE),
		  "the same version again");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "mode_v3", CGSWAP_MAPS_REUSE),
		     MAP_CHANGED, "a version with another number for a value");
	expect_message("mode has another type");
	ok(bss && map_fixture_map(&fixture, ".bss") == bss,
	   "the variable is the one of the first version");
	map_fixture_free(&fixture);
	return done_testing();
}
