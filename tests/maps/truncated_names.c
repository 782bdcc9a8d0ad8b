/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel cuts names to 15 characters, and two maps may become one by name: they are told apart by
 * what BTF says of them, or the swap is refused; nobody guesses.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

/* The ids of the two maps by their whole names, as the program was told them. */
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
	expect_ok(cgswap_replace_commit(replace, NULL), "it takes its place");
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
	ok(first[0] && first[1] && first[0] != first[1], "there are two maps of two names");
	for (int i = 0; i < 3; i++) {
		ids_by_name(&fixture, "long_maps", second);
		is_int(second[0], first[0], "connections_of_tcp is what it was");
		is_int(second[1], first[1], "connections_of_udp is what it was");
	}
	map_fixture_free(&fixture);

	fixture = map_fixture_new("twins", "duplicate_maps");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "duplicate_maps", CGSWAP_MAPS_DEFAULT), MAP_CHANGED,
		     "maps that nothing tells apart are not guessed");
	expect_message("several names begin with 'connections_of_'");
	expect_ok(map_fixture_swap(&fixture, "duplicate_maps", CGSWAP_MAPS_NEW), "with fresh ones it is fine");
	map_fixture_free(&fixture);

	fixture = map_fixture_new("half", "half_duplicates");
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, "one_duplicate", CGSWAP_MAPS_DEFAULT), MAP_CHANGED,
		     "nor is one guessed that may be either");
	map_fixture_free(&fixture);
	return done_testing();
}
