/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With all maps required, a dropped map is an error; otherwise a line of the log reports the
 * dropped map.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static char lines[2048];

static void collect(int level, const char *line, void *user)
{
	(void)user;
	if (level == CGSWAP_LOG_INFO)
		snprintf(lines + strlen(lines), sizeof(lines) - strlen(lines), "%s\n", line);
}

int main(void)
{
	cgswap_replace *replace;
	struct map_fixture fixture;
	uint32_t hits;

	need_live();
	fixture = map_fixture_new("required", "count_v1");
	hits = map_fixture_map(&fixture, "hits");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "count_less", CGSWAP_MAPS_REQUIRE),
		     MAP_DROPPED, "a program without the variables");
	expect_message("all maps must be reused (--maps require)");
	expect_ok(cgswap_session_set_log(fixture.session, collect, NULL, NULL),
		  "a log callback is set");
	expect_ok(map_fixture_plan(&fixture, &replace, "count_less", CGSWAP_MAPS_REUSE),
		  "the same program, if only matching maps are reused");
	map_fixture_said(replace, "hits", true, "same map as the old program's");
	has_str(lines, "map '.bss' of program ", "the log names .bss");
	has_str(lines, "map 'of_cgroup' of program ", "the log names the storage");
	ok(!strstr(lines, "map hits "), "the log does not name the reused map");
	ok(!strstr(lines, ".rodata"), "the log does not name read-only data");
	cgswap_replace_unref(replace);
	expect_ok(map_fixture_swap(&fixture, "count_less", CGSWAP_MAPS_REUSE), "the swap is done");
	is_int(map_fixture_map(&fixture, "hits"), hits, "hits is the same map");
	map_fixture_free(&fixture);

	fixture = map_fixture_new("all", "count_v1");
	expect_ok(map_fixture_swap(&fixture, "count_v2", CGSWAP_MAPS_REQUIRE),
		  "a program with all the maps and one more");
	map_fixture_free(&fixture);
	return done_testing();
}
