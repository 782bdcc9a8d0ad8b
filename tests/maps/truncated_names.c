/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel cuts names of maps to 15 characters. Two maps with the same cut name are distinguished
 * by BTF; if that is not possible, the swap is an error, as the library does not guess.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

/* Swaps to an object, and gets the ids of its two maps by their whole names. */
static void ids_by_name(const struct map_fixture *fixture, const char *object, uint32_t ids[2])
{
	cgswap_replace *replace;

	ids[0] = ids[1] = 0;
	if (!expect_ok(map_fixture_plan(fixture, &replace, object, CGSWAP_MAPS_DEFAULT), "%s", object))
		return;
	for (size_t i = 0; i < 8; i++) {
		const cgswap_step *step = cgswap_replace_get_step(replace, 0);
		const char *name = cgswap_step_get_map_name(step, i);

		if (*name)
			ids[!strcmp(name, "connections_of_udp")] = cgswap_step_get_map_id(step, i);
	}
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	cgswap_replace_unref(replace);
}

int main(void)
{
	uint32_t first[2], second[2];
	cgswap_replace *replace;
	struct map_fixture fixture;

	need_live();
	fixture = map_fixture_new("cut", "long_maps");
	ids_by_name(&fixture, "long_maps", first);
	ok(first[0] && first[1] && first[0] != first[1], "there are two maps");
	for (int i = 0; i < 3; i++) {
		ids_by_name(&fixture, "long_maps", second);
		is_int(second[0], first[0], "connections_of_tcp is the same map");
		is_int(second[1], first[1], "connections_of_udp is the same map");
	}
	map_fixture_free(&fixture);

	fixture = map_fixture_new("same-name", "duplicate_maps");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "duplicate_maps", CGSWAP_MAPS_DEFAULT),
		     MAP_CHANGED, "two maps that differ in nothing");
	expect_message("several may be called connections_of_");
	expect_ok(map_fixture_swap(&fixture, "duplicate_maps", CGSWAP_MAPS_NEW),
		  "with new maps the swap is done");
	map_fixture_free(&fixture);

	fixture = map_fixture_new("half", "half_duplicates");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "one_duplicate", CGSWAP_MAPS_DEFAULT),
		     MAP_CHANGED, "one map that may be either of two");
	map_fixture_free(&fixture);
	return done_testing();
}
