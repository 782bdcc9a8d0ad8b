/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A map of maps is reused with the maps in it if the declaration of these has not changed.
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
	uint32_t outer;

	need_live();
	fixture = map_fixture_new("nested", "nested_v1");
	outer = map_fixture_map(&fixture, "outer");
	expect_ok(map_fixture_plan(&fixture, &replace, "nested_v1", CGSWAP_MAPS_DEFAULT),
		  "a step with the same program");
	map_fixture_said(replace, "outer", true, "same map as the old program's");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	ok(outer && map_fixture_map(&fixture, "outer") == outer, "outer is the same map");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "nested_narrow", CGSWAP_MAPS_DEFAULT),
		     MAP_CHANGED, "inner maps with another spec");
	expect_message("array (key 4B, value 4B, max_entries 1) in 'nested_narrow.bpf.o' and type array (key 4B, value 8B, max_entries 1) in program ");
	map_fixture_free(&fixture);
	return done_testing();
}
