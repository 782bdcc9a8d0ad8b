/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program without BTF has a map whose name in the kernel has 15 characters and may be cut. The map
 * is reused if only one map of the object can be meant, and the report says so; if two can, the step
 * is refused with the candidates. A shorter name is matched.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static const char BY_CUT_NAME[] = "same map as the old program's, by the first 15 characters of its name";

static void is_reused(const char *object)
{
	struct map_fixture fixture = map_fixture_new("cut_off", "vast_tcp");
	uint32_t map = map_fixture_map(&fixture, "connections_of_");
	cgswap_replace *replace;

	if (expect_ok(map_fixture_plan(&fixture, &replace, object, CGSWAP_MAPS_REQUIRE),
		      "%s can only mean one map", object)) {
		map_fixture_said(replace, strcmp(object, "vast_udp") ? "connections_of_tcp"
								     : "connections_of_udp",
				 true, BY_CUT_NAME);
		expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
		cgswap_replace_unref(replace);
		is_int(map_fixture_map(&fixture, "connections_of_"), map, "the map is the same");
	}
	map_fixture_free(&fixture);
}

/* The object has two maps that the old one may be. */
static void is_refused(void)
{
	struct map_fixture fixture = map_fixture_new("cut_off", "vast_tcp");
	struct raw_chain before = chain_now(fixture.cgroup.fd, EGRESS);
	cgswap_replace *replace;
	char candidate[100];

	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "vast_both", CGSWAP_MAPS_REUSE), MAP_CHANGED,
		     "two maps of the object may be meant");
	expect_message("no BTF has the full name of 'connections_of_'");
	snprintf(candidate, sizeof(candidate), "candidates: id:%u (array (key 4B, value 8B, max_entries 1), 1 entry)",
		 map_fixture_map(&fixture, "connections_of_"));
	expect_message(candidate);
	chain_untouched(fixture.cgroup.fd, EGRESS, &before, "the chain is as before");
	map_fixture_free(&fixture);
}

static void check_cut(void)
{
	struct map_fixture fixture = map_fixture_new("other_name", "vast_tcp");

	is_reused("vast_tcp");
	is_reused("vast_udp");
	is_refused();
	expect_ok(map_fixture_swap(&fixture, "vast_short", CGSWAP_MAPS_REUSE),
		  "a map of another name is a new map");
	map_fixture_free(&fixture);
}

static void check_whole(void)
{
	struct map_fixture fixture = map_fixture_new("not_cut", "vast_short");
	uint32_t map = map_fixture_map(&fixture, "connections");

	expect_ok(map_fixture_swap(&fixture, "vast_short", CGSWAP_MAPS_REQUIRE),
		  "a program whose map has a shorter name");
	is_int(map_fixture_map(&fixture, "connections"), map, "the map is reused");
	map_fixture_free(&fixture);
}

/* The kernel rejected the BTF, so the remedy must not blame the compilation alone. */
static void check_variables(void)
{
	struct map_fixture fixture = map_fixture_new("variables", "vast_variable");
	cgswap_replace *replace;

	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "vast_variable", CGSWAP_MAPS_REUSE),
		     MAP_CHANGED, "variables without BTF are not reused");
	expect_message("the program has no BTF for them");
	is_str(cgswap_error_get_remedy(cgswap_last_error()),
	       "use new maps (--maps new): the program was compiled without -g, or the kernel "
	       "rejected its BTF when it was loaded",
	       "the remedy names both possible reasons");
	expect_ok(map_fixture_swap(&fixture, "vast_variable", CGSWAP_MAPS_NEW),
		  "with new maps the swap is done");
	map_fixture_free(&fixture);
}

int main(void)
{
	need_live();
	scratch_bystander(EGRESS);
	check_cut();
	check_whole();
	check_variables();
	return done_testing();
}
