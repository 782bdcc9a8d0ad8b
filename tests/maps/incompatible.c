/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * If a map of the same name has another spec, or variables have another layout, the error shows
 * both and nothing changes; with new maps the swap is done.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

static struct map_fixture fixture;

static void is_refused(const char *object, const char *part, const char *other)
{
	struct raw_chain before = chain_now(fixture.cgroup.fd, EGRESS);
	cgswap_replace *replace;

	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, object, CGSWAP_MAPS_DEFAULT), MAP_CHANGED,
		     "%s with maps to reuse", object);
	expect_message(part);
	expect_message(other);
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, object, CGSWAP_MAPS_REQUIRE), MAP_CHANGED,
		     "%s with all maps required", object);
	chain_untouched(fixture.cgroup.fd, EGRESS, &before, "the chain is as before");
}

static void starts_fresh(const char *object, const char *map)
{
	uint32_t before = map_fixture_map(&fixture, map), after;

	expect_ok(map_fixture_swap(&fixture, object, CGSWAP_MAPS_NEW),
		  "%s with new maps is attached", object);
	after = map_fixture_map(&fixture, map);
	ok(before && after && after != before, "%s is a new map", map);
	expect_ok(map_fixture_swap(&fixture, "count_v1", CGSWAP_MAPS_NEW),
		  "the first version is attached again with new maps");
}

int main(void)
{
	need_live();
	fixture = map_fixture_new("changed", "count_v1");
	is_refused("count_wide", "'hits' has type array (key 4B, value 16B, max_entries 1) in 'count_wide.bpf.o'",
		   "and type array (key 4B, value 8B, max_entries 1) in program ");
	is_refused("count_moved", "the variables in '.bss' of 'count_moved.bpf.o' differ from those",
		   "'in_bss' has another type");
	is_refused("count_more", "the variables in '.bss' of 'count_more.bpf.o' differ from those",
		   "'one_more' is new");
	starts_fresh("count_wide", "hits");
	starts_fresh("count_moved", ".bss");
	starts_fresh("count_more", ".bss");
	map_fixture_free(&fixture);
	return done_testing();
}
