/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where all state is required to live on, an old map that the new program does not use is a refusal;
 * otherwise it is told in the log, and ends.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static char heard[2048];

static void hear(int level, const char *line, void *user)
{
	(void)user;
	if (level == CGSWAP_LOG_INFO)
		snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "%s\n", line);
}

int main(void)
{
	cgswap_replace *replace;
	struct map_fixture fixture;
	uint32_t hits;

	need_live();
	fixture = map_fixture_new("required", "count_v1");
	hits = map_fixture_map(&fixture, "hits");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "count_less", CGSWAP_MAPS_REQUIRE), MAP_DROPPED,
		     "a program without the variables is refused");
	expect_message("all maps must be reused (maps require)");
	expect_ok(cgswap_session_set_log(fixture.session, hear, NULL, NULL), "the log is heard");
	expect_ok(map_fixture_plan(&fixture, &replace, "count_less", CGSWAP_MAPS_REUSE),
		  "where what fits is kept, it is fine");
	map_fixture_said(replace, "hits", true, "same map as the old program's");
	has_str(heard, "map '.bss' of program ", "the log tells of .bss");
	has_str(heard, "map 'of_cgroup' of program ", "and of the storage");
	ok(!strstr(heard, "map hits "), "and nothing of what is kept");
	ok(!strstr(heard, ".rodata"), "nor of read-only data");
	cgswap_replace_unref(replace);
	expect_ok(map_fixture_swap(&fixture, "count_less", CGSWAP_MAPS_REUSE), "it is done");
	is_int(map_fixture_map(&fixture, "hits"), hits, "hits is the same map");
	map_fixture_free(&fixture);

	fixture = map_fixture_new("all", "count_v1");
	expect_ok(map_fixture_swap(&fixture, "count_v2", CGSWAP_MAPS_REQUIRE),
		  "a program that has all of it, and more, is fine");
	map_fixture_free(&fixture);
	return done_testing();
}
