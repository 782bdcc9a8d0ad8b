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
static void ids_by_name(const struct state *state, const char *object, uint32_t ids[2])
{
	cgswap_replace *replace;

	ids[0] = ids[1] = 0;
	if (!expect_ok(state_plan(state, &replace, object, CGSWAP_MAPS_DEFAULT), "%s", object))
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
	struct state state;

	need_live();
	state = state_new("cut", "long_maps");
	ids_by_name(&state, "long_maps", first);
	ok(first[0] && first[1] && first[0] != first[1], "there are two maps of two names");
	for (int i = 0; i < 3; i++) {
		ids_by_name(&state, "long_maps", second);
		is_int(second[0], first[0], "connections_of_tcp is what it was");
		is_int(second[1], first[1], "connections_of_udp is what it was");
	}
	state_free(&state);

	state = state_new("twins", "duplicate_maps");
	EXPECT_CAUSE(state_plan(&state, &replace, "duplicate_maps", CGSWAP_MAPS_DEFAULT), MAP_CHANGED,
		     "maps that nothing tells apart are not guessed");
	expect_message("several may be called connections_of_");
	expect_ok(state_swap(&state, "duplicate_maps", CGSWAP_MAPS_NEW), "with fresh ones it is fine");
	state_free(&state);

	state = state_new("half", "half_duplicates");
	EXPECT_CAUSE(state_plan(&state, &replace, "one_duplicate", CGSWAP_MAPS_DEFAULT), MAP_CHANGED,
		     "nor is one guessed that may be either");
	state_free(&state);
	return done_testing();
}
