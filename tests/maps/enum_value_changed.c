/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An enumeration gets a new value in one version: the next one may not give that number another
 * meaning, although the program that made the variable did not know of it.
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
	expect_ok(map_fixture_swap(&fixture, "mode_v3", CGSWAP_MAPS_REQUIRE), "new values are fine");
	expect_ok(map_fixture_swap(&fixture, "mode_v1", CGSWAP_MAPS_REQUIRE), "and may go again");
	expect_ok(map_fixture_swap(&fixture, "mode_v2", CGSWAP_MAPS_REQUIRE), "other ones may come");
	expect_ok(map_fixture_swap(&fixture, "mode_v2", CGSWAP_MAPS_REQUIRE), "and stay");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "mode_v3", CGSWAP_MAPS_REUSE), MAP_CHANGED,
		     "another number for one is refused");
	expect_message("'mode' has another type");
	ok(bss && map_fixture_map(&fixture, ".bss") == bss, "it is the first one's variable still");
	map_fixture_free(&fixture);
	return done_testing();
}
