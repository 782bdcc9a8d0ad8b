/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Read-only data is part of a program: the new one brings its own, whatever is asked for; each map
 * says why it is kept or not.
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
	uint32_t before;

	need_live();
	fixture = map_fixture_new("readonly", "count_v1");
	before = map_fixture_map(&fixture, ".rodata");
	expect_ok(map_fixture_plan(&fixture, &replace, "count_v2", CGSWAP_MAPS_DEFAULT), "the next version");
	map_fixture_said(replace, ".rodata", false, "new: read-only data");
	map_fixture_said(replace, "hits", true, "same map as the old program's");
	map_fixture_said(replace, ".bss", true, "same map as the old program's");
	map_fixture_said(replace, ".data", true, "same map as the old program's");
	map_fixture_said(replace, "of_cgroup", true, "same map as the old program's");
	map_fixture_said(replace, "lengths", false, "new: the old program has no such map");
	expect_ok(cgswap_replace_commit(replace, NULL), "takes its place");
	cgswap_replace_unref(replace);
	ok(map_fixture_map(&fixture, ".rodata") && map_fixture_map(&fixture, ".rodata") != before,
	   "it has read-only data of its own");
	expect_ok(map_fixture_plan(&fixture, &replace, "count_v1", CGSWAP_MAPS_NEW), "back, all anew");
	map_fixture_said(replace, ".rodata", false, "new: requested by the map policy");
	map_fixture_said(replace, "hits", false, "new: requested by the map policy");
	cgswap_replace_unref(replace);
	map_fixture_free(&fixture);
	return done_testing();
}
