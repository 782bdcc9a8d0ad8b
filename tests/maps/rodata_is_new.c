/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Read-only data is never reused, with any policy, and each map has a reason why it is reused or
 * new.
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
	expect_ok(map_fixture_plan(&fixture, &replace, "count_v2", CGSWAP_MAPS_DEFAULT),
		  "a step with the next version");
	map_fixture_said(replace, ".rodata", false, "new: read-only data");
	map_fixture_said(replace, "hits", true, "same map as the old program's");
	map_fixture_said(replace, ".bss", true, "same map as the old program's");
	map_fixture_said(replace, ".data", true, "same map as the old program's");
	map_fixture_said(replace, "of_cgroup", true, "same map as the old program's");
	map_fixture_said(replace, "lengths", false, "new: the old program has no such map");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
	ok(map_fixture_map(&fixture, ".rodata") && map_fixture_map(&fixture, ".rodata") != before,
	   "the new program has read-only data of its own");
	expect_ok(map_fixture_plan(&fixture, &replace, "count_v1", CGSWAP_MAPS_NEW),
		  "a step with new maps");
	map_fixture_said(replace, ".rodata", false, "new: asked for");
	map_fixture_said(replace, "hits", false, "new: asked for");
	cgswap_replace_unref(replace);
	map_fixture_free(&fixture);
	return done_testing();
}
