/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A map that is declared to be pinned by its name, and that its owner has pinned in another folder, is
 * reused and not pinned once more; the reason says where it is pinned.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char BY_NAME[] = BPFFS "/clocks", FOLDER[] = BPFFS "/agent/maps",
		  ELSEWHERE[] = BPFFS "/agent/maps/clocks";

int main(void)
{
	struct map_fixture fixture;
	cgswap_replace *replace;
	uint32_t map;

	need_live();
	bpffs_private();
	fixture = map_fixture_new("elsewhere", "timed_pinned");
	map = map_fixture_map(&fixture, "clocks");
	is_int(bpffs_map_at(BY_NAME), map, "the map is pinned by its name");
	if (mkdir(BPFFS "/agent", 0700) || mkdir(FOLDER, 0700) || rename(BY_NAME, ELSEWHERE))
		bail_out("the pin cannot be moved");
	for (int policy = CGSWAP_MAPS_REUSE; policy <= CGSWAP_MAPS_REQUIRE; policy += 2) {
		if (!expect_ok(map_fixture_plan(&fixture, &replace, "timed_pinned",
						(enum cgswap_map_policy)policy),
			       "a step"))
			continue;
		map_fixture_said(replace, "clocks", true,
				 "same map as the old program's, pinned at '" BPFFS "/agent/maps/clocks'");
		expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
		cgswap_replace_unref(replace);
		is_int(map_fixture_map(&fixture, "clocks"), map, "the map is the same");
		is_int(bpffs_map_at(BY_NAME), 0, "it is not pinned by its name");
		is_int(bpffs_map_at(ELSEWHERE), map, "it is pinned where it was");
	}
	expect_ok(map_fixture_swap(&fixture, "timed_pinned", CGSWAP_MAPS_NEW), "with a new map");
	is_int(bpffs_map_at(BY_NAME), map_fixture_map(&fixture, "clocks"), "that is pinned by its name");
	is_int(bpffs_map_at(ELSEWHERE), map, "the other pin stays");
	map_fixture_free(&fixture);
	return done_testing();
}
